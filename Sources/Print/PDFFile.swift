import CCairo

/// A PDF while it is drawn, in memory.
final class PDFFile {
    /// A4 upright, in points.
    static let width = 595.276
    static let height = 841.89

    private final class Bytes {
        var bytes: [UInt8] = []
    }

    private let written = Bytes()
    private let surface: OpaquePointer
    let cairo: OpaquePointer

    init() {
        surface = cairo_pdf_surface_create_for_stream(
            { sink, data, count in
                let written = Unmanaged<Bytes>.fromOpaque(sink!).takeUnretainedValue()
                written.bytes += UnsafeBufferPointer(start: data, count: Int(count))
                return CAIRO_STATUS_SUCCESS
            }, Unmanaged.passUnretained(written).toOpaque(), Self.width, Self.height)
        cairo = cairo_create(surface)
    }

    deinit {
        cairo_destroy(cairo)
        // Destroying an unfinished surface writes to `written`, which lives until this object is gone.
        cairo_surface_finish(surface)
        cairo_surface_destroy(surface)
    }

    func set(_ key: cairo_pdf_metadata_t, _ text: String) { cairo_pdf_surface_set_metadata(surface, key, text) }

    func endPage() { cairo_show_page(cairo) }

    /// The whole file. Error: `cannot_print`.
    func finish() throws(PrintError) -> [UInt8] {
        cairo_surface_finish(surface)
        let status = cairo_surface_status(surface), drawing = cairo_status(cairo)
        let fault = status != CAIRO_STATUS_SUCCESS ? status : drawing
        guard fault == CAIRO_STATUS_SUCCESS || fault == CAIRO_STATUS_SURFACE_FINISHED else {
            throw PrintError(.cannotPrint, "the page can't be drawn: \(String(cString: cairo_status_to_string(fault)))")
        }
        return written.bytes
    }
}
