extension Report {
    /// Reads a report file: the comments at its head, then the statement.
    /// Errors: the first line that is wrong, then what is missing.
    public init(name: String, text: String) throws(ReportHeadingError) {
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
        let headingCount = lines.prefix { $0.hasPrefix("--") }.count
        var heading = Heading(report: name)
        for entry in try Heading.entries(lines.prefix(headingCount), report: name) { try heading.read(entry) }
        let end = headingCount + 1
        guard isIdentifier(name, separator: "-") else {
            throw ReportHeadingError(
                report: name, line: 1, message: "a report's name has lower case letters, digits and '-' only")
        }
        guard let title = heading.title else { throw heading.missing("title", end) }
        guard let question = heading.question else { throw heading.missing("question", end) }
        guard !heading.columns.isEmpty else { throw heading.missing("column", end) }
        let sql = lines.dropFirst(headingCount).joined(separator: "\n")
        guard sql.contains(where: { !$0.isWhitespace }) else { throw heading.missing("SELECT statement", end) }
        self.name = name
        self.title = title
        self.question = question
        note = heading.note ?? ""
        parameters = heading.parameters
        columns = heading.columns
        chart = try heading.chart.map { entry throws(ReportHeadingError) in try heading.chart(entry) }
        mustBeEmpty = heading.mustBeEmpty
        self.sql = sql
    }
}

/// The comments at the head of a report file, as far as they are read.
private struct Heading {
    /// `-- key: value`, with the lines that continue it.
    struct Entry {
        let line: Int
        let key: String
        var value: String
    }

    let report: String
    var title: String?
    var question: String?
    var note: String?
    var parameters: [Report.Parameter] = []
    var columns: [Report.Column] = []
    /// Read when all columns are known.
    var chart: Entry?
    var mustBeEmpty = false

    init(report: String) { self.report = report }

    /// Joins continuation lines, which are indented by three spaces or more, to the line that they continue.
    static func entries(_ lines: ArraySlice<Substring>, report: String) throws(ReportHeadingError) -> [Entry] {
        var entries: [Entry] = []
        for (index, line) in lines.enumerated() {
            let text = line.dropFirst(2)
            if text.hasPrefix("   "), !entries.isEmpty {
                entries[entries.count - 1].value += " " + trimmed(text)
                continue
            }
            let parts = text.split(separator: ":", maxSplits: 1)
            guard text.hasPrefix(" "), parts.count == 2 else {
                throw ReportHeadingError(
                    report: report, line: index + 1, message: "write '-- key: value', or indent what continues a value")
            }
            entries.append(Entry(line: index + 1, key: trimmed(parts[0]), value: trimmed(parts[1])))
        }
        return entries
    }

    mutating func read(_ entry: Entry) throws(ReportHeadingError) {
        switch entry.key {
        case "title": try set(&title, entry)
        case "question": try set(&question, entry)
        case "note": try set(&note, entry)
        case "parameter": parameters.append(try parameter(entry))
        case "column": columns.append(try column(entry))
        case "chart":
            guard chart == nil else { throw error(entry, "chart is there already") }
            chart = entry
        case "must_be_empty":
            guard entry.value == "yes" else { throw error(entry, "write 'must_be_empty: yes', or leave the line out") }
            mustBeEmpty = true
        default:
            throw error(
                entry, "'\(entry.key)' is none of title, question, note, parameter, column, chart, must_be_empty")
        }
    }

    /// `kind category value` or `kind category value series`.
    func chart(_ entry: Entry) throws(ReportHeadingError) -> Report.Chart {
        let words = entry.value.split(separator: " ").map(String.init)
        guard (3...4).contains(words.count), let kind = Report.Chart.Kind(rawValue: words[0]) else {
            throw error(entry, "write 'chart: columns CATEGORY VALUE SERIES' or 'bars …', the last one if it is wanted")
        }
        for word in words.dropFirst() where !columns.contains(where: { $0.name == word }) {
            throw error(entry, "there is no column '\(word)'")
        }
        guard let value = columns.first(where: { $0.name == words[2] }), Report.ValueType.ofBars.contains(value.type)
        else {
            throw error(entry, "the column '\(words[2])' holds no numbers")
        }
        return Report.Chart(
            kind: kind, category: words[1], value: words[2], series: words.count == 4 ? words[3] : nil)
    }

    func missing(_ what: String, _ line: Int) -> ReportHeadingError {
        ReportHeadingError(report: report, line: line, message: "the \(what) is missing")
    }

    private func set(_ field: inout String?, _ entry: Entry) throws(ReportHeadingError) {
        guard field == nil else { throw error(entry, "\(entry.key) is there already") }
        guard !entry.value.isEmpty else { throw error(entry, "\(entry.key) is empty") }
        field = entry.value
    }

    /// `name type required|optional|default VALUE "Title"`.
    private func parameter(_ entry: Entry) throws(ReportHeadingError) -> Report.Parameter {
        let (words, title) = try wordsAndTitle(entry)
        let type = try valueType(words, entry)
        guard Report.ValueType.ofParameters.contains(type) else {
            throw error(entry, "a parameter can't be of type \(type.rawValue)")
        }
        let need: Report.Need
        switch words.dropFirst(2) {
        case ["required"]: need = .required
        case ["optional"]: need = .optional
        case let rest where rest.count == 2 && rest.first == "default": need = .fallback(rest[rest.startIndex + 1])
        default: throw error(entry, "after the type comes 'required', 'optional' or 'default VALUE'")
        }
        guard !parameters.contains(where: { $0.name == words[0] }) else {
            throw error(entry, "parameter '\(words[0])' is there already")
        }
        return Report.Parameter(name: words[0], type: type, need: need, title: title)
    }

    /// `name type "Title"`.
    private func column(_ entry: Entry) throws(ReportHeadingError) -> Report.Column {
        let (words, title) = try wordsAndTitle(entry)
        let type = try valueType(words, entry)
        guard words.count == 2 else { throw error(entry, "after the type comes the title in quotation marks") }
        guard !columns.contains(where: { $0.name == words[0] }) else {
            throw error(entry, "column '\(words[0])' is there already")
        }
        return Report.Column(name: words[0], type: type, title: title)
    }

    private func wordsAndTitle(_ entry: Entry) throws(ReportHeadingError) -> (words: [String], title: String) {
        let parts = entry.value.split(separator: "\"", omittingEmptySubsequences: false)
        guard parts.count == 3, !parts[1].isEmpty, parts[2].isEmpty else {
            throw error(entry, "a \(entry.key) ends with its title in quotation marks")
        }
        let words = parts[0].split(separator: " ").map(String.init)
        guard let name = words.first, isIdentifier(name, separator: "_") else {
            throw error(entry, "a \(entry.key) begins with a name of lower case letters, digits and '_'")
        }
        return (words, String(parts[1]))
    }

    private func valueType(_ words: [String], _ entry: Entry) throws(ReportHeadingError) -> Report.ValueType {
        guard words.count > 1, let type = Report.ValueType(rawValue: words[1]) else {
            let choices = Report.ValueType.allCases.map(\.rawValue).joined(separator: ", ")
            throw error(entry, "after the name of a \(entry.key) comes its type, one of \(choices)")
        }
        return type
    }

    private func error(_ entry: Entry, _ message: String) -> ReportHeadingError {
        ReportHeadingError(report: report, line: entry.line, message: message)
    }
}

private func trimmed(_ text: Substring) -> String {
    guard let first = text.firstIndex(where: { $0 != " " }), let last = text.lastIndex(where: { $0 != " " })
    else { return "" }
    return String(text[first...last])
}

private func isIdentifier(_ text: String, separator: Character) -> Bool {
    guard let first = text.first, ("a"..."z").contains(first) else { return false }
    return text.allSatisfy { ("a"..."z").contains($0) || ("0"..."9").contains($0) || $0 == separator }
}
