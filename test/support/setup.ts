// The SDK builds a source-mapped stack trace for each call of the engine; without this guard a test of a large
// component spends most of its time there. Errors with a message keep their own stack.
import "../../components/common/stack-traces";
