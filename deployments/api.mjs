/**
 * A way to ask a JSON API; every failure ends the script with one sentence.
 *
 * @param headers What every request has, such as its authorization.
 * @param fail Ends the script.
 */
export function apiWith(headers, fail) {
  return async (method, address, content) => {
    const response = await fetch(address, {
      method,
      headers: { ...headers, ...(content && { "content-type": "application/json" }) },
      ...(content && { body: JSON.stringify(content) }),
      signal: AbortSignal.timeout(30_000),
    }).catch((error) => fail(`${method} ${address} failed: ${error.cause?.code ?? error.message}`));
    if (!response.ok) fail(`${method} ${address} was answered ${response.status}`);
    return response.json();
  };
}
