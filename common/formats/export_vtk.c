/* export_vtk.c -- XML PolyData (.vtp) for ParaView: points with every field whose first axis is node */
/* VTK File Formats, version 4.2 of the document.  One frame a file: choose it with -n. */
#include "formats/export.h"

#include <string.h>

static const char *const vtk_type[] = {
    [GG_I8] = "Int8",     [GG_U8] = "UInt8",     [GG_I16] = "Int16",   [GG_U16] = "UInt16",
    [GG_I32] = "Int32",   [GG_U32] = "UInt32",   [GG_I64] = "Int64",   [GG_U64] = "UInt64",
    [GG_F16] = "Float32", [GG_BF16] = "Float32", [GG_F32] = "Float32", [GG_F64] = "Float64",
    [GG_BOOL] = "UInt8"};

static void array(FILE *to, const struct gg_field *x)
{
    uint64_t n = gg_field_count(x), rows = x->shape[0], width = rows > 0 ? n / rows : 1;
    fprintf(to, "<DataArray type=\"%s\" Name=\"%s\" NumberOfComponents=\"%llu\" format=\"ascii\">\n",
            vtk_type[x->dtype], x->name, (unsigned long long)width);
    for (uint64_t i = 0; i < n; i++) {
        gg_print_value(to, x, i);
        fputc((i + 1) % width == 0 ? '\n' : ' ', to);
    }
    fputs("</DataArray>\n", to);
}

/* One vertex a point, or nothing is drawn. */
static void vertices(FILE *to, uint64_t n, const char *name, uint64_t first)
{
    fprintf(to, "<DataArray type=\"Int64\" Name=\"%s\" format=\"ascii\">\n", name);
    for (uint64_t i = first; i < n + first; i++)
        fprintf(to, "%llu\n", (unsigned long long)i);
    fputs("</DataArray>\n", to);
}

static int frame(struct gg_export *x, const struct gg_frame *f, struct gg_err *err)
{
    const struct gg_field *pos = gg_frame_need(f, "pos", err);
    if (!pos)
        return -1;
    if (x->n_done > 0)
        return gg_fail(err, GG_USAGE, "a second frame does not fit into one VTK file: choose one with -n");
    unsigned long long n = f->n_node;
    fprintf(
        x->to,
        "<?xml version=\"1.0\"?>\n<VTKFile type=\"PolyData\" version=\"1.0\" byte_order=\"LittleEndian\">\n"
        "<PolyData>\n<Piece NumberOfPoints=\"%llu\" NumberOfVerts=\"%llu\" NumberOfLines=\"0\" "
        "NumberOfStrips=\"0\" NumberOfPolys=\"0\">\n<Points>\n",
        n, n);
    array(x->to, pos);
    fputs("</Points>\n<Verts>\n", x->to);
    vertices(x->to, f->n_node, "connectivity", 0);
    vertices(x->to, f->n_node, "offsets", 1);
    fputs("</Verts>\n<PointData>\n", x->to);
    for (int k = 0; k < f->n_field; k++) {
        const struct gg_field *y = &f->field[k];
        if (y != pos && y->ndim > 0 && y->axis[0] == GG_NODE && gg_field_count(y) > 0)
            array(x->to, y);
    }
    fputs("</PointData>\n</Piece>\n</PolyData>\n</VTKFile>\n", x->to);
    return 0;
}

const struct gg_export_type gg_export_vtk = {.reads = GG_EXPORT_FRAMES | GG_EXPORT_TO, .frame = frame};
