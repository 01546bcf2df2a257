import Units
import UsageLedger

/// Reading one field as what it has to be. Every refusal names line, column and value.
extension RowReader {
    func refusal(_ column: String, _ index: Int, _ why: String, code: EventError.Code = .invalidRow) -> EventError {
        EventError(code, field: column, "line \(line), column \(column): '\(fieldText(index).prefix(80))' \(why)")
    }

    /// Error: `invalid_row` for a row that hasn't as many fields as the header.
    func checkFieldCount(_ header: Header) throws(EventError) {
        guard fieldCount == header.columnCount else {
            throw EventError(
                .invalidRow,
                "line \(line): the row has \(fieldCount) fields, the header \(header.columnCount); the row is not used")
        }
    }

    /// Checks an identifier that stands in the field.
    func check<Name: Identifier>(_ column: String, _ index: Int, _ make: (String) throws(UnitError) -> Name)
        throws(EventError)
    {
        guard let text = String(validating: field(index), as: UTF8.self) else {
            throw refusal(column, index, "is not UTF-8")
        }
        do throws(UnitError) {
            _ = try make(text)
        } catch {
            throw EventError(.invalidRow, field: column, "line \(line), column \(column): \(error.message)")
        }
    }

    /// An RFC 3339 time, as it stands in the field; `nil` when the field is empty.
    func time(_ column: String, _ index: Int) throws(EventError) -> UnsafeBufferPointer<UInt8>? {
        let bytes = field(index)
        guard !bytes.isEmpty else { return nil }
        if case .failure(let error) = RFC3339.parse(bytes) {
            throw EventError(.invalidRow, field: column, "line \(line), column \(column): \(error.message)")
        }
        return bytes
    }

    /// GPUs of a job. Errors: `invalid_row`, and `not_a_gpu_job` for 0.
    func gpus(_ column: String, _ index: Int) throws(EventError) -> GPUQuantity {
        let bytes = field(index)
        if let whole = smallNumber(bytes) {
            if let quantity = GPUQuantity(thousandths: Int64(whole) * 1000) { return quantity }
            if whole == 0 {
                throw refusal(column, index, "means a job without a GPU; it is not billed", code: .notAGPUJob)
            }
        }
        do throws(UnitError) {
            return try GPUQuantity(decimal: fieldText(index))
        } catch {
            throw EventError(.invalidRow, field: column, "line \(line), column \(column): \(error.message)")
        }
    }

    /// Up to five digits.
    private func smallNumber(_ bytes: UnsafeBufferPointer<UInt8>) -> Int? {
        guard (1...5).contains(bytes.count) else { return nil }
        var value = 0
        for byte in bytes {
            let digit = byte &- UInt8(ascii: "0")
            guard digit <= 9 else { return nil }
            value = value * 10 + Int(digit)
        }
        return value
    }
}
