# html.awk -- the Markdown that report.sh writes as a page: headings, paragraphs, tables, pictures, blocks of four blanks
function text(s) {
    gsub(/&/, "\\&amp;", s); gsub(/</, "\\&lt;", s); gsub(/>/, "\\&gt;", s)
    while (match(s, /`[^`]*`/)) s = substr(s, 1, RSTART - 1) "<code>" substr(s, RSTART + 1, RLENGTH - 2) "</code>" substr(s, RSTART + RLENGTH)
    return s
}
function close_block() { if (block != "") print "</" block ">"; block = "" }
function open_block(name) { if (block != name) { close_block(); print "<" name ">"; block = name } }
function row(line, tag,    cell, n, k) {
    n = split(line, cell, /[|]/)
    printf "<tr>"
    for (k = 2; k < n; k++) { gsub(/^ +| +$/, "", cell[k]); printf "<%s>%s</%s>", tag, text(cell[k]), tag }
    print "</tr>"
}
BEGIN {
    print "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n<meta name=\"viewport\" content=\"width=device-width\">"
    print "<style>\nbody { font: 16px/1.5 sans-serif; max-width: 60em; margin: 2em auto; padding: 0 1em; color: #222 }"
    print "pre { background: #f4f4f4; padding: 0.8em; overflow-x: auto; font-size: 13px }\nimg { max-width: 100% }"
    print "table { border-collapse: collapse; font-variant-numeric: tabular-nums; display: block; overflow-x: auto }"
    print "td, th { padding: 0.2em 0.7em; border-bottom: 1px solid #ddd; text-align: right }\n</style>"
}
/^# / && !titled { titled = 1; print "<title>" text(substr($0, 3)) "</title>\n</head>\n<body>" }
/^    / { open_block("pre"); print text(substr($0, 5)); next }
/^#+ / { close_block(); n = index($0, " ") - 1; print "<h" n ">" text(substr($0, n + 2)) "</h" n ">"; next }
/^[|]---/ { next }
/^[|]/ { head = block != "table"; open_block("table"); row($0, head ? "th" : "td"); next }
/^!\[/ {
    close_block()
    match($0, /\]\(/)
    printf "<p><img src=\"%s\" alt=\"%s\"></p>\n", text(substr($0, RSTART + 2, length($0) - RSTART - 2)), text(substr($0, 3, RSTART - 3))
    next
}
/^$/ { if (block == "p" || block == "table") close_block(); else if (block == "pre") print ""; next }
{ open_block("p"); print text($0) }
END { close_block(); print "</body>\n</html>" }
