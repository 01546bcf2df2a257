import Documents
import Print
import Synchronization
import Units

/// Printers that are lent to one thread at a time, so that pages are drawn on many threads at once. Fonts are read when
/// the first page is asked for.
final class PrinterPool: Sendable {
    static let shared = PrinterPool()

    /// A printer that nobody uses. It may go to any thread, since it is only with one.
    private struct Idle: @unchecked Sendable {
        let printer: InvoicePrinter
    }

    private struct State {
        var fonts: FontSet?
        var idle: [Idle] = []
    }

    private let state = Mutex(State())

    /// Errors: `fonts_missing`, `fonts_differ`, `cannot_print`.
    func pdf(_ sheet: InvoiceSheet, day: CivilDay?, keywords: String) throws -> [UInt8] {
        let lent = try take()
        defer { state.withLock { $0.idle.append(lent) } }
        return try lent.printer.pdf(sheet, day: day, keywords: keywords)
    }

    /// The fonts of the page. Errors: `fonts_missing`, `fonts_differ`, `cannot_print`.
    func fonts() throws -> FontSet {
        try state.withLock { state in
            if let fonts = state.fonts { return fonts }
            let fonts = try FontSet()
            state.fonts = fonts
            return fonts
        }
    }

    private func take() throws -> Idle {
        let fonts = try fonts()
        return state.withLock { $0.idle.popLast() } ?? Idle(printer: InvoicePrinter(fonts: fonts))
    }
}
