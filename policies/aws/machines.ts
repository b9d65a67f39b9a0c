/** A node group that makes its own launch template. */
export const nodeGroup = "aws:eks/nodeGroup:NodeGroup";

/** What says how machines are made. */
export const machineTypes: readonly string[] = [
  "aws:ec2/launchTemplate:LaunchTemplate",
  "aws:ec2/launchConfiguration:LaunchConfiguration",
  "aws:ec2/instance:Instance",
  "aws:ec2/spotInstanceRequest:SpotInstanceRequest",
  nodeGroup,
];
