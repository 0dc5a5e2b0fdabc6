# layout.awk -- SVG of gnuplot: boxes of its texts must be on the canvas, and none on another; what is not, a line each
#
# Letters are 0.56 as wide as high on average, the lines of a text from 0.7 above its foot to 0.1 below; boxes at other than right angles are left out.
# Within 1 % of the width at the borders, which the estimate is not better than, nothing is told.

function number(line, name,   a) {
    return match(line, name "=\"[0-9.]+") ? substr(line, RSTART + length(name) + 2, RLENGTH - length(name) - 2) + 0 : 0
}

/^ width=/ && !wide { wide = number($0, "width"); high = number($0, "height") }

/<g transform="translate/ {
    match($0, /translate\([^)]*\)/)
    split(substr($0, RSTART + 10, RLENGTH - 11), at, ",")
    angle = match($0, /rotate\([^)]*\)/) ? substr($0, RSTART + 7, RLENGTH - 8) + 0 : 0
    size = number($0, "font-size")
    anchor = match($0, /text-anchor="[a-z]*/) ? substr($0, RSTART + 13, RLENGTH - 13) : "start"
}

/^[ \t]*<text>/ {
    said = $0
    small = gsub(/font-size="8\.8"/, "&", said) # exponents and indices
    gsub(/<[^>]*>/, "", said)
    gsub(/&[a-z#0-9]*;/, "x", said)
    gsub(/^[ \t]+|[ \t]+$/, "", said)
    if (said == "") next
    w = 0.56 * size * (length(said) - 0.4 * small)
    x = anchor == "middle" ? -w / 2 : anchor == "end" ? -w : 0
    if (angle == 0) { l = at[1] + x; r = l + w; t = at[2] - 0.7 * size; b = at[2] + 0.1 * size }
    else if (angle == -90 || angle == 270) { l = at[1] - 0.7 * size; r = at[1] + 0.1 * size; b = at[2] - x; t = b - w }
    else next
    n++
    text[n] = said; left[n] = l; right[n] = r; top[n] = t; bottom[n] = b
}

END {
    room = 0.01 * wide
    for (k = 1; k <= n; k++) {
        if (left[k] < -room || right[k] > wide + room || top[k] < -room || bottom[k] > high + room)
            printf "'%s' is not on the canvas: %.0f to %.0f of %g, %.0f to %.0f of %g\n", text[k], left[k], right[k], wide, top[k], bottom[k], high
        for (q = k + 1; q <= n; q++)
            if (left[k] < right[q] && left[q] < right[k] && top[k] < bottom[q] && top[q] < bottom[k])
                printf "'%s' is on '%s'\n", text[k], text[q]
    }
    if (n == 0)
        print "no text"
}
