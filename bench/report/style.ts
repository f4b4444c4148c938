/** Colours that people with the usual kinds of colour blindness can tell apart; a contrast of 3 to 1 and more on both grounds. */
const LIGHT = `--ground:#fff;--card:#f6f7f9;--ink:#1b1f24;--soft:#545d68;--rule:#d5d9de;--s0:#0067a5;--s1:#c44e00;--s2:#00795a;--s3:#a33b79;--s4:#6b5a00;--s5:#4d4d4d;`;
const DARK = `--ground:#12161b;--card:#1b2129;--ink:#e8ebef;--soft:#a6b0bb;--rule:#39424d;--s0:#5fb8f0;--s1:#ff9d57;--s2:#35cfa0;--s3:#f2a0cd;--s4:#e3d05a;--s5:#c0c0c0;`;

/** The style of the report; it loads nothing. */
export const STYLE = `
:root{color-scheme:light;${LIGHT}}
@media (prefers-color-scheme:dark){:root:not([data-theme=light]){color-scheme:dark;${DARK}}}
:root[data-theme=dark]{color-scheme:dark;${DARK}}
*{box-sizing:border-box}
body{margin:0 auto;max-width:1240px;padding:16px;background:var(--ground);color:var(--ink);font:15px/1.45 system-ui,sans-serif}
h1{font-size:24px;margin:0 0 4px}h2{font-size:18px;margin:28px 0 8px}
p{margin:4px 0;color:var(--soft);overflow-wrap:anywhere}
button{float:right;font:inherit;color:inherit;background:var(--card);border:1px solid var(--rule);border-radius:6px;padding:4px 10px}
.charts{display:grid;gap:14px;grid-template-columns:repeat(auto-fit,minmax(min(100%,440px),1fr));align-items:start}
figure{margin:0;padding:12px;background:var(--card);border:1px solid var(--rule);border-radius:8px;min-width:0}
figcaption span{color:var(--soft);font-size:13px}
figure>svg{display:block;width:100%;height:auto;margin-top:6px}
svg text{fill:var(--soft);font:12.5px system-ui,sans-serif}svg text.axis{fill:var(--ink)}
@media (max-width:560px){svg text{font-size:14.5px}}
svg text.label{fill:var(--ink)}svg .value{fill:var(--soft)}
.legend{list-style:none;display:flex;flex-wrap:wrap;gap:2px 14px;margin:6px 0 0;padding:0;font-size:13px}
.legend li{display:flex;align-items:center;gap:6px}
.grid{stroke:var(--rule);stroke-width:1}.line{fill:none;stroke:var(--c);stroke-width:2}.whisker{stroke:var(--c);stroke-width:1.5}
.bar{fill:var(--c);fill-opacity:.75}.bar+.whisker{stroke:var(--ink)}
.mark{fill:var(--c);stroke:var(--card);stroke-width:1}.mark.open{fill:none;stroke:var(--c);stroke-width:2}
.reference{fill:none;stroke:var(--soft);stroke-width:1.5;stroke-dasharray:5 4}
.s0{--c:var(--s0)}.s1{--c:var(--s1)}.s2{--c:var(--s2)}.s3{--c:var(--s3)}.s4{--c:var(--s4)}.s5{--c:var(--s5)}.plain{--c:var(--ink)}
.scroll{overflow-x:auto;border:1px solid var(--rule);border-radius:8px}
table{border-collapse:collapse;font-size:13px;width:100%}
th,td{padding:4px 9px;text-align:left;border-bottom:1px solid var(--rule);vertical-align:top;white-space:nowrap}
th{background:var(--card)}td.wide{white-space:normal;min-width:16em}tr:last-child td{border-bottom:0}
td.bad{color:var(--s1);font-weight:600}td.good{color:var(--s2);font-weight:600}
`;

/** A button that changes between light and dark, whatever the system says. */
export const SCRIPT = `
document.querySelector('button').onclick=()=>{const r=document.documentElement;
const dark=r.dataset.theme?r.dataset.theme==='dark':matchMedia('(prefers-color-scheme:dark)').matches;
r.dataset.theme=dark?'light':'dark'};
`;
