import { Both, htmlOf } from "./page.tsx";

/** What a page says when it cannot be shown, with the reason where there is one to tell. */
export function faultPage(version: string, requestId: string, reason: string): string {
  return htmlOf(
    {
      version,
      demo: false,
      standstill: undefined,
      title: "暂时无法显示",
      titleEnglish: "Not available right now",
    },
    <section class="notice" role="alert">
      <p>
        <Both zh={`请稍后再试。请求编号：${requestId}`} en="Please try again in a moment." />
      </p>
      {reason === "" ? null : <p>{reason}</p>}
    </section>,
  );
}
