import Service
import Units
import UsageLedger

/// The list of a scheduler in a request's body, and how it is compared.
enum AskedList {
    /// `nil` when the engines are to be compared. Anything wrong is noted.
    static func request(_ change: inout AdminChange) -> ListRequest? {
        let ofEngines = choice("engines", &change)
        let text = change.text("list")
        if ofEngines == (text != nil) {
            change.note("list", "invalid_value", "give either list, or engines: true")
        }
        guard !ofEngines else {
            for name in ["format", "plan", "period", "from", "to", "sources", "partial", "account_field", "time_zone"]
            where change.body[name].map({ !$0.isNull }) ?? false {
                change.note(name, "invalid_value", "\(name) is about a list, not about engines")
            }
            return nil
        }
        let format = change.required("format") { try value($0, of: ListFormat.self, "format") } ?? .events
        let plan = change.value("plan", PlanID.init)
        if format == .events, plan != nil {
            change.note("plan", "invalid_value", "events name their plan themselves; leave plan out")
        }
        let field = change.value("account_field") { try value($0, of: ListAccountField.self, "account_field") }
        let interval = interval(&change)
        return ListRequest(
            text: text ?? "", format: format, plan: plan, accountField: field, timeZone: change.text("time_zone"),
            from: interval.from, to: interval.to, sources: sources(&change), isPartial: choice("partial", &change))
    }

    /// Starts of runs, half-open; `nil`: as far as the list reaches.
    private static func interval(_ change: inout AdminChange) -> (from: Instant?, to: Instant?) {
        let period = change.value("period", BillingPeriod.init(text:))
        let from = change.value("from", CivilDay.init(text:)), to = change.value("to", CivilDay.init(text:))
        if period != nil, from != nil || to != nil {
            change.note("period", "invalid_value", "give period, or from and to, not both")
        }
        if let from, let to, from > to { change.note("to", "invalid_value", "to lies before from") }
        return (period?.start ?? from?.start, period?.end ?? to?.next.start)
    }

    private static func sources(_ change: inout AdminChange) -> Set<String>? {
        guard let value = change.body["sources"], !value.isNull else { return nil }
        guard let names = value.array?.map(\.string), !names.contains(nil), (1...100).contains(names.count) else {
            change.note("sources", "invalid_type", "sources must be an array of 1 to 100 texts")
            return nil
        }
        return Set(names.compactMap(\.self))
    }

    private static func choice(_ name: String, _ change: inout AdminChange) -> Bool {
        guard let value = change.body[name], !value.isNull else { return false }
        guard case .bool(let isSet) = value else {
            change.note(name, "invalid_type", "\(name) must be true or false")
            return false
        }
        return isSet
    }

    private static func value<Choice: RawRepresentable & CaseIterable>(
        _ text: String, of _: Choice.Type, _ name: String
    ) throws -> Choice where Choice.RawValue == String {
        guard let choice = Choice(rawValue: text) else {
            let known = Choice.allCases.map(\.rawValue).joined(separator: ", ")
            throw ServiceError(.invalidBody, "\(name) is one of \(known), not '\(text.prefix(40))'")
        }
        return choice
    }
}
