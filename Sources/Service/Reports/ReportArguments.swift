import Reports
import Store
import Units

/// The parameters of a report, read from what was given.
struct ReportArguments {
    /// What the SQL gets: one value for every parameter of the heading.
    private(set) var values: [String: ReportValue] = [:]
    /// As read, in the order of the heading.
    private(set) var texts: [(name: String, text: String)] = []

    /// Errors, in order, all `invalid_request`: an unknown parameter, a missing one, one that can't be read.
    init(_ report: Report, given: [String: String], now: Instant) throws {
        let known = report.parameters.map(\.name)
        if let unknown = given.keys.sorted().first(where: { !known.contains($0) }) {
            throw ServiceError(
                .invalidRequest,
                "report '\(report.name)' knows no parameter '\(unknown)'; "
                    + (known.isEmpty ? "it takes none" : "it takes \(known.joined(separator: ", "))"))
        }
        if let missing = report.parameters.first(where: { $0.need == .required && given[$0.name] == nil }) {
            throw ServiceError(
                .invalidRequest,
                "report '\(report.name)' needs the parameter '\(missing.name)' (\(missing.title)), "
                    + missing.type.form)
        }
        for parameter in report.parameters {
            let text: String
            switch parameter.need {
            case .required: text = given[parameter.name] ?? ""
            case .fallback(let fallback): text = given[parameter.name] ?? fallback
            case .optional:
                guard let chosen = given[parameter.name] else {
                    values[parameter.name] = .null
                    continue
                }
                text = chosen
            }
            let value = try parameter.type.value(of: text, parameter, report, now)
            values[parameter.name] = value
            texts.append((parameter.name, parameter.type.text(of: value)))
        }
    }
}

extension Report.ValueType {
    /// How people type it.
    var form: String {
        switch self {
        case .month: "a month such as 2017-11"
        case .day: "a day such as 2017-11-30"
        case .instant: "an instant such as 2017-11-30T09:00:00+09:00, or now"
        case .integer, .yen, .seconds: "a whole number"
        case .text: "a text"
        case .gpuSeconds, .decimal: "a decimal"
        }
    }

    /// Reads what was typed. Error: `invalid_request`.
    fileprivate func value(
        of text: String, _ parameter: Report.Parameter, _ report: Report, _ now: Instant
    ) throws -> ReportValue {
        do throws(UnitError) {
            switch self {
            case .month: return .integer(Int64(try BillingPeriod(text: text).monthNumber))
            case .day: return .integer(Int64(try CivilDay(text: text).number))
            case .instant: return .integer((text == "now" ? now : try Instant(rfc3339: text)).nanoseconds)
            case .integer, .yen, .seconds: if let integer = Int64(text) { return .integer(integer) }
            case .text: return .text(text)
            case .gpuSeconds, .decimal: break
            }
        } catch {
            throw ServiceError(
                .invalidRequest, "parameter '\(parameter.name)' of report '\(report.name)': \(error.message)")
        }
        throw ServiceError(
            .invalidRequest,
            "parameter '\(parameter.name)' of report '\(report.name)' is \(form), not '\(text.prefix(60))'")
    }
}
