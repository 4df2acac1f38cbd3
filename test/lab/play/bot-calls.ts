/**
 * The beginning of a bot that calls the platform's interfaces: `await call(path, body)`. With fetch
 * alone, as any program could, so that nothing of our own client is needed or tried here.
 */
export const CALLS = `
const base = process.env.WECHAT_API_BASE;
const query = new URLSearchParams({
  grant_type: "client_credential",
  appid: process.env.WECHAT_APPID,
  secret: process.env.WECHAT_SECRET,
});
const { access_token } = await (await fetch(base + "/cgi-bin/token?" + query)).json();
const call = async (path, body) => {
  const address = base + "/cgi-bin/" + path + "?access_token=" + access_token;
  return (await fetch(address, { method: "POST", body: JSON.stringify(body) })).json();
};
`;
