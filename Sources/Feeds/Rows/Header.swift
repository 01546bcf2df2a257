import UsageLedger

/// The first row of a job list: names of columns, in any order. Case and spaces around a name don't matter; columns
/// that nobody asks for are ignored.
struct Header {
    let columnCount: Int
    private let positions: [String: Int]

    /// Errors: `invalid_row`, naming every required column that is missing, or one that occurs twice.
    init(_ rows: RowReader, required: [String]) throws(EventError) {
        columnCount = rows.fieldCount
        var positions: [String: Int] = [:]
        var repeated: Set<String> = []
        for index in 0..<rows.fieldCount {
            let name = Self.normalized(rows.fieldText(index))
            if positions.updateValue(index, forKey: name) != nil { repeated.insert(name) }
        }
        self.positions = positions
        let missing = required.filter { positions[Self.normalized($0)] == nil }
        guard missing.isEmpty else {
            throw EventError(
                .invalidRow, field: missing[0],
                "line \(rows.line): the header lacks the column \(missing.joined(separator: ", ")); "
                    + "nothing of the input is used"
            )
        }
        if let twice = required.first(where: { repeated.contains(Self.normalized($0)) }) {
            throw EventError(
                .invalidRow, field: twice,
                "line \(rows.line): the header has the column \(twice) twice; nothing of the input is used")
        }
    }

    /// Position of a column, if the header has it.
    func position(_ name: String) -> Int? { positions[Self.normalized(name)] }

    /// Position of a column that was required.
    func required(_ name: String) -> Int { positions[Self.normalized(name)]! }

    private static func normalized(_ name: String) -> String {
        let isBlank: (Character) -> Bool = { $0 == " " || $0 == "\t" }
        return String(name.drop(while: isBlank).reversed().drop(while: isBlank).reversed()).lowercased()
    }
}
