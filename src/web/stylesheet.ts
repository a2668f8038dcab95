/** The one style sheet of the pages: readable on a phone, on a wall and on paper. */
export const stylesheet = `
:root {
  color-scheme: light;
  --ink: #1c1f23;
  --soft: #51585f;
  --line: #c9ced4;
  --paper: #ffffff;
  --shade: #f3f5f7;
  --mark: #8a2b06;
  --link: #0b4f8a;
}
* { box-sizing: border-box; }
body {
  margin: 0;
  background: var(--shade);
  color: var(--ink);
  font: 16px/1.6 "Noto Sans SC", "Noto Sans CJK SC", "Source Han Sans SC", "PingFang SC",
    "Microsoft YaHei", system-ui, sans-serif;
}
header, main, footer { max-width: 62rem; margin: 0 auto; padding: 0 1rem; }
header { padding-top: 1.25rem; }
header p { margin: 0; color: var(--soft); }
header .name { font-size: 1.1rem; font-weight: 600; }
header .name a { color: inherit; text-decoration: none; }
h1 { margin: .75rem 0 .25rem; font-size: 1.6rem; line-height: 1.3; }
h2 { margin: 0 0 .75rem; font-size: 1.15rem; line-height: 1.4; }
[lang=en] { color: var(--soft); font-weight: 400; }
h1 [lang=en], h2 [lang=en] { font-size: .8em; margin-left: .35em; }
section {
  margin: 1rem 0;
  padding: 1rem;
  background: var(--paper);
  border: 1px solid var(--line);
  border-radius: 4px;
}
.notice { border: 2px solid var(--mark); font-weight: 600; }
.notice p { margin: 0; }
a { color: var(--link); }
a:focus-visible, input:focus-visible, button:focus-visible, .scroll:focus-visible {
  outline: 3px solid var(--link);
  outline-offset: 2px;
}
.counts {
  display: grid;
  grid-template-columns: repeat(auto-fit, minmax(8.5rem, 1fr));
  gap: .75rem;
}
.counts div { border-left: 3px solid var(--line); padding-left: .75rem; }
.counts dt, .counts dd { margin: 0; }
.counts dt { font-size: .9rem; }
.counts dd { font-size: 1.5rem; line-height: 1.3; font-variant-numeric: tabular-nums; }
dl { margin: 0; }
.facts { display: grid; grid-template-columns: minmax(9rem, max-content) 1fr; gap: .25rem 1rem; }
.facts dt { color: var(--soft); }
.facts dd { margin: 0; overflow-wrap: anywhere; }
.scroll { overflow-x: auto; }
table { width: 100%; border-collapse: collapse; font-size: .95rem; }
caption { text-align: left; color: var(--soft); padding-bottom: .5rem; }
th, td {
  padding: .35rem .6rem;
  border-bottom: 1px solid var(--line);
  text-align: left;
  vertical-align: top;
}
thead th { border-bottom: 2px solid var(--ink); white-space: nowrap; }
thead [lang=en] { display: block; font-size: .8rem; }
th.number, td.number { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; }
tfoot th, tfoot td, .total { font-weight: 600; }
tfoot th, tfoot td { border-bottom: 0; border-top: 2px solid var(--ink); }
.code { width: 9rem; height: 9rem; }
.hash { display: block; max-width: 24rem; font-size: 1rem; }
.hash span { display: inline-block; margin-right: .5em; }
.lines tr.sum td, .lines tr.sum th { font-weight: 600; }
.whole { white-space: nowrap; }
.broken { overflow-wrap: anywhere; min-width: 8rem; }
form { display: flex; flex-wrap: wrap; gap: .5rem; align-items: end; }
label { display: block; flex: 1 1 14rem; }
input {
  display: block;
  width: 100%;
  margin-top: .25rem;
  padding: .5rem .6rem;
  border: 1px solid var(--soft);
  border-radius: 3px;
  font: inherit;
}
button {
  padding: .5rem 1.25rem;
  border: 1px solid var(--link);
  border-radius: 3px;
  background: var(--link);
  color: #fff;
  font: inherit;
  cursor: pointer;
}
pre {
  margin: 0;
  padding: .75rem;
  overflow-x: auto;
  background: var(--shade);
  font-size: .9rem;
  line-height: 1.5;
}
ul { margin: 0 0 .75rem; padding-left: 1.25rem; }
footer { padding-bottom: 2rem; color: var(--soft); font-size: .9rem; }
@media (max-width: 36rem) {
  .facts { grid-template-columns: 1fr; gap: 0; }
  .facts dd { margin-bottom: .5rem; }
  section { padding: .75rem; }
  table { font-size: .85rem; }
  th, td { padding: .3rem .35rem; }
  .lines thead th { white-space: normal; }
}
@media print {
  body { background: none; font-size: 10pt; }
  header, main, footer { max-width: none; padding: 0; }
  section { border: 0; padding: 0; margin: 1rem 0; break-inside: avoid-page; }
  section.long { break-inside: auto; }
  .notice { border: 2px solid #000; padding: .5rem; }
  .screen { display: none; }
  .scroll { overflow: visible; }
  thead { display: table-header-group; }
  tr { break-inside: avoid; }
  a { color: inherit; text-decoration: none; }
}
`;
