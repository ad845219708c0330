#include "reports/html_sections.h"

namespace loadgen::reports {

// Colours: control and experimental are told apart by hue, lightness and dash. Text on its ground
// has a contrast of at least 4.5:1 in both themes.
std::string_view html_style() {
  return R"css(
:root{color-scheme:light dark;--bg:#f5f6f8;--card:#fff;--ink:#16191d;--dim:#565e6a;--rule:#e3e6ea;
--soft:#f3f5f8;--few:#6a7280;--c:#0b62a8;--e:#b34700;--o1:#6b3fa0;--o2:#1d6f42;--fault:#fdf1e7;
--good:#1a6b34;--goodbg:#e9f5ec;--bad:#b3261e;--badbg:#fdeceb;--warn:#805300;--warnbg:#fdf4e0;
--calm:#44546a;--calmbg:#eceff4}
@media (prefers-color-scheme:dark){:root{--bg:#0e1115;--card:#161a20;--ink:#e8ebef;--dim:#a4adb9;
--rule:#2b323b;--soft:#1c2128;--few:#8f98a5;--c:#6db5f5;--e:#ffa25f;--o1:#c3a2f2;--o2:#74cf9b;
--fault:#2b211a;--good:#74d08f;--goodbg:#15261b;--bad:#ff928a;--badbg:#321a1a;--warn:#eabb5c;
--warnbg:#2c2415;--calm:#a9b8cc;--calmbg:#1d2430}}
*{box-sizing:border-box}
html{-webkit-text-size-adjust:100%;text-size-adjust:100%}
body{margin:0;background:var(--bg);color:var(--ink);
font:15px/1.55 system-ui,-apple-system,"Segoe UI",Roboto,"Noto Sans",sans-serif}
main{max-width:1180px;margin:0 auto;padding:28px 24px 56px}
h1,h2,h3,p,ul,dl,dd,figure{margin:0}
h1{font-size:21px;line-height:1.3;font-weight:650;letter-spacing:-.01em}
h2{font-size:19px;line-height:1.3;font-weight:650;letter-spacing:-.01em;margin:0 0 12px}
h3{font-size:15px;font-weight:650;margin:22px 0 10px}
h3:first-child{margin-top:0}figcaption h3{font-size:14px;font-weight:600;margin:0}
section{background:var(--card);border:1px solid var(--rule);border-radius:12px;padding:22px 24px;
margin-top:18px}
p.lead{color:var(--dim);margin:-6px 0 14px;max-width:92ch}
p.note{color:var(--dim);font-size:13px;margin-top:10px;max-width:110ch}
a{color:var(--c)}
code,pre{font-family:ui-monospace,SFMono-Regular,Menlo,Consolas,"DejaVu Sans Mono",monospace;
font-size:12.5px}
pre{margin:8px 0 0;padding:12px 14px;background:var(--soft);border-radius:8px;white-space:pre-wrap;
overflow-wrap:anywhere}
header.top{display:flex;flex-wrap:wrap;gap:4px 16px;align-items:baseline;
justify-content:space-between}
header.top .brand{color:var(--dim);font-size:13px}
nav{margin-top:16px;font-size:13.5px}
nav ul{list-style:none;padding:0;display:flex;flex-wrap:wrap;gap:6px 18px}
nav a{text-decoration:none}nav a:hover{text-decoration:underline}
:focus-visible{outline:2px solid var(--c);outline-offset:2px;border-radius:4px}
.verdict{border-left:6px solid var(--tone);background:var(--card)}
.verdict .word{display:flex;align-items:center;gap:12px;color:var(--tone);font-size:26px;
line-height:1.2;font-weight:700;letter-spacing:.01em}
.verdict .icon{display:inline-grid;place-items:center;width:36px;height:36px;flex:none;
border-radius:50%;background:var(--tone);color:var(--card);font-size:20px;line-height:1}
.verdict .headline{font-size:18px;line-height:1.45;margin-top:12px;max-width:72ch}
.verdict ul.reasons{margin:8px 0 0;padding-left:20px;color:var(--dim)}
.verdict .hypothesis{margin-top:14px;color:var(--dim);max-width:80ch}
.good{--tone:var(--good);--ground:var(--goodbg)}.bad{--tone:var(--bad);--ground:var(--badbg)}
.warn{--tone:var(--warn);--ground:var(--warnbg)}.calm{--tone:var(--calm);--ground:var(--calmbg)}
dl.meta{display:grid;grid-template-columns:repeat(auto-fit,minmax(170px,1fr));gap:10px 24px;
margin-top:18px;padding-top:16px;border-top:1px solid var(--rule);font-size:13px}
dl.meta dt{color:var(--dim)}dl.meta dd{overflow-wrap:anywhere;font-variant-numeric:tabular-nums}
.cards{display:grid;grid-template-columns:repeat(auto-fit,minmax(165px,1fr));gap:12px;
margin-top:18px}
.card{background:var(--card);border:1px solid var(--rule);border-radius:12px;padding:14px 16px}
section .card{background:var(--soft);border-color:transparent}
.card .what{color:var(--dim);font-size:13px}
.card .figure{font-size:23px;line-height:1.3;font-weight:650;letter-spacing:-.01em;
font-variant-numeric:tabular-nums}
.card .more{color:var(--dim);font-size:13px}
.card .figure.words{font-size:16px;line-height:1.4;padding:3px 0}
.card.tone .figure{color:var(--tone)}
.scroll{overflow-x:auto;margin:0 -4px;padding:0 4px}
table{border-collapse:collapse;width:100%;font-size:13.5px;font-variant-numeric:tabular-nums}
caption{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%);
white-space:nowrap}
th,td{padding:7px 10px;text-align:right;border-bottom:1px solid var(--rule);white-space:nowrap;
vertical-align:top}
th{font-weight:600}thead th{color:var(--dim);font-size:12.5px;font-weight:500;vertical-align:bottom}
th:first-child,td:first-child,.text{text-align:left}
.text{white-space:normal}
tbody tr:last-child>*{border-bottom:0}
tr.head th{padding-top:16px;font-size:14px;border-bottom-color:var(--rule)}
tr.sub>*{color:var(--dim);font-size:12.5px;padding-top:0}
tr.open>*{border-bottom-color:transparent;padding-bottom:2px}
td svg{margin-top:3px}td small,th small{display:block;color:var(--dim);font-size:12px;
font-weight:400}
td small.remark{white-space:normal;min-width:14em}
td.few{color:var(--few);font-style:italic}
.tag{display:inline-flex;align-items:center;gap:7px;font-weight:600;white-space:nowrap}
.tag.c{color:var(--c)}.tag.e{color:var(--e)}.tag.o1{color:var(--o1)}.tag.o2{color:var(--o2)}
.pill{display:inline-flex;gap:6px;align-items:center;padding:1px 10px;border-radius:99px;
background:var(--ground);color:var(--tone);font-weight:600;font-size:13px;white-space:nowrap}
.facts{list-style:none;padding:0;display:grid;gap:10px 28px;
grid-template-columns:repeat(auto-fill,minmax(300px,1fr))}
.facts li{display:grid;grid-template-columns:26px 1fr;grid-template-rows:auto 1fr;gap:0 10px;
align-content:start}
.facts .mark{grid-row:1/3;width:24px;height:24px;border-radius:50%;display:grid;
place-items:center;background:var(--ground);color:var(--tone);font-weight:700;font-size:13px}
.facts b{font-weight:600}.facts span.more{color:var(--dim);font-size:13px}
.callout{background:var(--ground);color:var(--tone);border-radius:8px;padding:10px 14px;
margin:0 0 14px;font-size:14px}
.callout ul{padding-left:18px}
.charts{display:grid;grid-template-columns:repeat(2,minmax(0,1fr));gap:26px 34px}
.charts>.wide{grid-column:1/-1}.charts.three{grid-template-columns:repeat(3,minmax(0,1fr))}
figure.chart{min-width:0}section>figure.chart{margin-bottom:14px}
figcaption{display:flex;flex-wrap:wrap;gap:2px 18px;align-items:baseline;
justify-content:space-between}
.legend{list-style:none;padding:0;display:flex;flex-wrap:wrap;gap:0 14px;font-size:12.5px;
color:var(--dim)}
.legend li{display:inline-flex;gap:6px;align-items:center}
svg{display:block}svg.frame{overflow:visible;margin-left:58px;width:calc(100% - 142px)}
.three svg.frame{width:calc(100% - 66px)}
svg .t{font:11.5px system-ui,-apple-system,"Segoe UI",Roboto,"Noto Sans",sans-serif;fill:var(--dim);
font-variant-numeric:tabular-nums}
svg .t.event{fill:var(--ink)}
svg .band{fill:transparent}svg .band.odd{fill:var(--soft)}svg .band.fault{fill:var(--fault)}
svg .grid{stroke:var(--rule)}svg .edge{stroke:var(--ink)}svg .limit{stroke:var(--few)}
svg .s.c{stroke:var(--c)}svg .s.e{stroke:var(--e)}svg .s.o1{stroke:var(--o1)}
svg .s.o2{stroke:var(--o2)}svg .s.dim{stroke:var(--few)}
svg .f.c{fill:var(--c)}svg .f.e{fill:var(--e)}svg .f.o1{fill:var(--o1)}svg .f.o2{fill:var(--o2)}
svg .f.dim{fill:var(--few)}svg .f.ink{fill:var(--ink)}svg .f.good{fill:var(--good)}
svg .track{fill:var(--soft)}svg .s.ink{stroke:var(--ink)}svg .f.bad{fill:var(--bad)}
details{margin-top:8px}
summary{cursor:pointer;color:var(--dim);font-size:13px}
summary:hover{color:var(--ink)}
details.data .scroll{max-height:320px;overflow:auto;margin-top:6px}
details.data table{font-size:12.5px}details.data th,details.data td{padding:3px 10px}
details.big{margin-top:12px;border-top:1px solid var(--rule);padding-top:12px}
details.big>summary{font-size:14px;font-weight:600;color:var(--ink)}
.none{color:var(--dim);padding:14px 0}
.wrap{overflow-wrap:anywhere;white-space:normal}
.method{max-width:85ch}.method li{margin-top:6px}.method ul{padding-left:20px}
footer{color:var(--dim);font-size:13px;margin-top:22px;text-align:center}
@media (max-width:900px){.charts,.charts.three{grid-template-columns:minmax(0,1fr)}
.three svg.frame{width:calc(100% - 90px)}}
@media (max-width:600px){main{padding:16px 12px 40px}section{padding:18px 14px;border-radius:10px}
h1{font-size:19px}.verdict .word{font-size:23px}.verdict .headline{font-size:16.5px}
.cards{grid-template-columns:repeat(2,minmax(0,1fr));gap:8px}.card{padding:11px 12px}
.card .figure{font-size:19px}.facts{grid-template-columns:1fr}
dl.meta{grid-template-columns:repeat(2,minmax(0,1fr))}
svg.frame{margin-left:46px;width:calc(100% - 120px)}
.three svg.frame{margin-left:46px;width:calc(100% - 66px)}svg .minor{display:none}
th,td{padding:6px 8px}}
@media print{:root{--bg:#fff;--card:#fff;--ink:#000}@page{size:A4;margin:12mm}
body{font-size:10.5pt}main{max-width:none;padding:0}nav{display:none}
section,.card{break-inside:avoid-page;border-color:#ccc}section{padding:10pt 0;border:0;
border-top:1px solid #ccc;border-radius:0}section.long{break-inside:auto}
figure.chart,tr{break-inside:avoid}.scroll{overflow:visible}
details.data .scroll{max-height:none}details::details-content{content-visibility:visible;
display:block;block-size:auto}}
)css";
}

}  // namespace loadgen::reports
