import Documents
import Reports
import Service
import Store
import UsageLedger
import Units

/// A report's answer as a list.
enum ReportListing {
    static func listing(_ answer: ReportAnswer) -> Listing {
        Listing(
            answer.report.columns.map { column in
                let isNumber = [.integer, .yen, .seconds, .gpuSeconds, .decimal].contains(column.type)
                return isNumber ? .number(column.name, column.title) : .text(column.name, column.title)
            },
            rows: answer.rows.map { $0.map(cell) },
            facts: [
                .init("report", .string(answer.report.name)),
                .init("parameters", .object(answer.parameters.map { .init($0.name, .string($0.text)) })),
                .init("watermark", .object(answer.watermark.members)),
            ])
    }

    static func heading(_ answer: ReportAnswer) -> String {
        let parameters = answer.parameters.map { "\($0.name) \($0.text)" }.joined(separator: ", ")
        return answer.report.title + (parameters.isEmpty ? "" : " (\(parameters))") + "\n"
    }

    private static func cell(_ cell: ReportCell) -> Listing.Value {
        if cell.value == .null { return .none }
        if let integer = cell.integer { return .integer(integer) }
        return cell.isQuantity ? .decimal(cell.text) : .text(cell.text)
    }
}

extension ReportAnswer {
    var watermark: Watermark { Watermark(position: position, recordedAt: recordedAt) }
}
