import CCairo
import CPango

/// How a text looks.
struct TextStyle: Hashable {
    /// Points.
    var size: Double
    var isBold = false
    /// 0 is black, 1 white.
    var grey = 0.0
    var alignment = Side.left

    enum Side {
        case left, center, right
    }

    func aligned(_ side: Side) -> TextStyle {
        var style = self
        style.alignment = side
        return style
    }
}

/// Writes wrapped Japanese text and draws lines, in points from the page's upper left corner. Used by one thread at a
/// time.
final class Pen {
    private let map: OpaquePointer
    private let context: OpaquePointer
    private let layout: OpaquePointer
    private var fonts: [FontKey: OpaquePointer] = [:]
    private var cairo: OpaquePointer?

    private struct FontKey: Hashable {
        let size: Double
        let isBold: Bool
    }

    init(_ fontSet: FontSet) {
        let newMap = UnsafeMutableRawPointer(pango_cairo_font_map_new()!)
        map = OpaquePointer(newMap)
        pango_fc_font_map_set_config(map, fontSet.configuration)
        context = pango_font_map_create_context(newMap.assumingMemoryBound(to: PangoFontMap.self))
        pango_context_set_language(context, pango_language_from_string("ja"))
        pango_cairo_context_set_resolution(context, 72)
        let options = cairo_font_options_create()
        cairo_font_options_set_hint_style(options, CAIRO_HINT_STYLE_NONE)
        cairo_font_options_set_hint_metrics(options, CAIRO_HINT_METRICS_OFF)
        pango_cairo_context_set_font_options(context, options)
        cairo_font_options_destroy(options)
        layout = pango_layout_new(context)
        pango_layout_set_wrap(layout, PANGO_WRAP_WORD_CHAR)
        pango_layout_set_spacing(layout, 2 * PANGO_SCALE)
    }

    deinit {
        for font in fonts.values { pango_font_description_free(font) }
        for object in [layout, context, map] { g_object_unref(UnsafeMutableRawPointer(object)) }
    }

    /// What follows is drawn there.
    func draw(on cairo: OpaquePointer) { self.cairo = cairo }

    /// Height of a text wrapped to a width.
    func height(_ text: String, width: Double, _ style: TextStyle) -> Double {
        set(text, width, style)
        var height: Int32 = 0
        pango_layout_get_size(layout, nil, &height)
        return Double(height) / Double(PANGO_SCALE)
    }

    /// Writes a text wrapped to a width and returns its height.
    @discardableResult
    func write(_ text: String, x: Double, y: Double, width: Double, _ style: TextStyle) -> Double {
        let height = height(text, width: width, style)
        cairo_set_source_rgb(cairo, style.grey, style.grey, style.grey)
        cairo_move_to(cairo, x, y)
        pango_cairo_update_context(cairo, context)
        pango_cairo_show_layout(cairo, layout)
        return height
    }

    func line(x: Double, y: Double, width: Double, thickness: Double = 0.5, grey: Double = 0.6) {
        cairo_set_source_rgb(cairo, grey, grey, grey)
        cairo_set_line_width(cairo, thickness)
        cairo_move_to(cairo, x, y)
        cairo_line_to(cairo, x + width, y)
        cairo_stroke(cairo)
    }

    func fill(x: Double, y: Double, width: Double, height: Double, grey: Double) {
        cairo_set_source_rgb(cairo, grey, grey, grey)
        cairo_rectangle(cairo, x, y, width, height)
        cairo_fill(cairo)
    }

    func frame(x: Double, y: Double, width: Double, height: Double, thickness: Double = 1) {
        cairo_set_source_rgb(cairo, 0, 0, 0)
        cairo_set_line_width(cairo, thickness)
        cairo_rectangle(cairo, x, y, width, height)
        cairo_stroke(cairo)
    }

    private func set(_ text: String, _ width: Double, _ style: TextStyle) {
        pango_layout_set_font_description(layout, font(style))
        pango_layout_set_width(layout, Int32(width * Double(PANGO_SCALE)))
        pango_layout_set_alignment(
            layout,
            style.alignment == .left
                ? PANGO_ALIGN_LEFT : style.alignment == .right ? PANGO_ALIGN_RIGHT : PANGO_ALIGN_CENTER)
        pango_layout_set_text(layout, text, Int32(text.utf8.count))
    }

    private func font(_ style: TextStyle) -> OpaquePointer {
        let key = FontKey(size: style.size, isBold: style.isBold)
        if let font = fonts[key] { return font }
        let font = pango_font_description_new()!
        pango_font_description_set_family(font, FontSet.families)
        pango_font_description_set_absolute_size(font, style.size * Double(PANGO_SCALE))
        pango_font_description_set_weight(font, style.isBold ? PANGO_WEIGHT_BOLD : PANGO_WEIGHT_NORMAL)
        fonts[key] = font
        return font
    }
}
