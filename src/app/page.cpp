#include "app/page.h"

namespace trade {
namespace {

constexpr std::string_view page_head =
    R"(<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<style>
:root{--ground:#fbfbfa;--card:#fff;--ink:#1c2126;--dim:#646d76;--line:#e3e6e8;--curve:#1f6feb;--fall:#c2410c}
@media(prefers-color-scheme:dark){:root{--ground:#111417;--card:#181c20;--ink:#e6e9ec;--dim:#98a2ab;--line:#2b3137;
--curve:#6aa8ff;--fall:#fb923c}}
body{background:var(--ground);color:var(--ink);font:14px/1.45 system-ui,sans-serif;margin:0 auto;max-width:1040px;padding:24px}
h1{font-size:18px;margin:0 0 2px}h2{font-size:13px;font-weight:600;color:var(--dim);margin:28px 0 8px}
.hash{color:var(--dim);font:12px ui-monospace,monospace;overflow-wrap:anywhere}
dl{display:grid;grid-template-columns:repeat(auto-fill,minmax(150px,1fr));background:var(--card);
border:1px solid var(--line);margin:16px 0 0}
dl div{background:var(--card);padding:10px 12px}dt{color:var(--dim);font-size:12px}dd{margin:0;font-variant-numeric:tabular-nums;
font-size:16px}
svg{display:block;width:100%;height:auto;background:var(--card);border:1px solid var(--line)}
svg .curve{fill:none;stroke:var(--curve);stroke-width:1.5;vector-effect:non-scaling-stroke}svg .fall{fill:var(--fall);
fill-opacity:.25;stroke:var(--fall);stroke-width:1;vector-effect:non-scaling-stroke}
svg .reference{fill:none;stroke:var(--dim);stroke-width:1;stroke-dasharray:4 3;vector-effect:non-scaling-stroke}
svg text{fill:var(--dim);font-size:11px}svg .key{text-anchor:end}svg .key.curve{fill:var(--curve);stroke:none}
svg .key.reference{fill:var(--dim);stroke:none}
td{white-space:nowrap}.grid td{text-align:left}
.grid .gain{color:var(--curve)}.grid .loss{color:var(--fall)}.grid small{color:var(--dim);padding-right:6px}
table{border-collapse:collapse;width:100%;background:var(--card);border:1px solid var(--line)}th,td{padding:5px 10px;
text-align:right;border-bottom:1px solid var(--line);font-variant-numeric:tabular-nums}
th{color:var(--dim);font-weight:500;font-size:12px}td:first-child,th:first-child{text-align:left}.table{overflow-x:auto;
max-height:480px}
</style>
)";

}  // namespace

std::string escaped(std::string_view s) {
  std::string out;
  for (const char c : s) {
    if (c == '<') out += "&lt;";
    else if (c == '&') out += "&amp;";
    else out += c;
  }
  return out;
}

std::string page_start(std::string_view title) {
  const auto name = escaped(title);
  return std::string(page_head) + "<title>" + name + "</title><h1>" + name + "</h1>";
}

std::string figure_of(std::string_view label, std::string_view value) {
  return "<div><dt>" + std::string(label) + "</dt><dd>" + escaped(value) + "</dd></div>";
}

}  // namespace trade
