import Documents
import Reports
import Store
import UsageLedger
import Units

/// A report's answer as a list.
public enum ReportListing {
    public static func listing(_ answer: ReportAnswer) -> Listing {
        Listing(
            answer.report.columns.map { column in
                let isNumber = [.integer, .yen, .seconds, .gpuSeconds, .decimal].contains(column.type)
                return isNumber ? .number(column.name, column.title) : .text(column.name, column.title)
            },
            rows: answer.rows.map { $0.map(cell) },
            facts: [
                .init("report", .string(answer.report.name)),
                .init("parameters", .object(answer.parameters.map { .init($0.name, .string($0.text)) })),
                .init(
                    "watermark",
                    .object([
                        .init("position", .integer(answer.position)),
                        .init("recorded_at", .string(answer.recordedAt.description)),
                    ])),
            ])
    }

    public static func heading(_ answer: ReportAnswer) -> String {
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
    /// What the reader of a table has to know, in lines of at most 100 characters.
    public var noteLines: [String] {
        var lines: [String] = []
        for word in report.note.split(separator: " ") {
            if let last = lines.last, last.count + 1 + word.count <= 100 {
                lines[lines.count - 1] += " " + word
            } else {
                lines.append(String(word))
            }
        }
        return lines
    }
}
