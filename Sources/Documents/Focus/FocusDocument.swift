import Billing
import UsageLedger
import Units

/// A document with what its lines sum up, as the cost and usage dataset of FOCUS 1.2 wants it.
public struct FocusDocument: Sendable {
    /// Seconds of one run on one day of Japan.
    public struct Part: Sendable {
        public let task: TaskID
        public let attempt: Int64
        public let slice: Slice
        public let gpus: GPUQuantity
        /// Position of the price row.
        public let priceRow: Int64
        /// List price on the same basis; `nil` where the list has none.
        public let listPrice: UnitPrice?
        public let tags: [String]

        public init(
            task: TaskID, attempt: Int64, slice: Slice, gpus: GPUQuantity, priceRow: Int64, listPrice: UnitPrice?,
            tags: [String]
        ) {
            self.task = task
            self.attempt = attempt
            self.slice = slice
            self.gpus = gpus
            self.priceRow = priceRow
            self.listPrice = listPrice
            self.tags = tags
        }
    }

    public struct ExplainedLine: Sendable {
        /// 1-based place on the document.
        public let index: Int
        public let line: Line
        /// Everything that the line sums up; not used for a line that settles a difference or a credit.
        public let parts: [Part]

        public init(index: Int, line: Line, parts: [Part]) {
            self.index = index
            self.line = line
            self.parts = parts
        }
    }

    public let invoice: Invoice
    public let lines: [ExplainedLine]

    public init(invoice: Invoice, lines: [ExplainedLine]) {
        self.invoice = invoice
        self.lines = lines
    }
}
