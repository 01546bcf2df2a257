import Billing
import HTTPTypes
import Service
import Store
import UsageLedger
import Units

/// A change that an administrator asks for: its body, who asks and why. Reading collects what is wrong, so that all of
/// it is told at once.
struct AdminChange {
    let body: JSONValue
    let repeatable: RepeatableRequest?
    private let request: APIRequest
    private(set) var issues: [ServiceError.Issue] = []

    /// Errors, in order: `too_large`, those of `repeatable`, `invalid_json`.
    init(_ request: APIRequest) async throws {
        let bytes = try await request.body()
        repeatable = try await request.repeatable(bytes)
        body = try JSONValue(parsingRequest: bytes)
        self.request = request
        if body.members == nil { note("", "invalid_type", "the body must be an object") }
    }

    mutating func note(_ field: String, _ code: String, _ message: String) {
        issues.append(.init(field: field, code: code, message: message))
    }

    /// Words of a member; `nil` where it is missing or null. Anything but a text is noted.
    mutating func text(_ name: String) -> String? {
        guard let value = body[name], !value.isNull else { return nil }
        guard let text = value.string else {
            note(name, "invalid_type", "\(name) must be a string")
            return nil
        }
        return text
    }

    /// A value of the core's; a wrong one is noted with the core's words.
    mutating func value<Value>(_ name: String, _ parse: (String) throws -> Value) -> Value? {
        guard let text = text(name) else { return nil }
        do {
            return try parse(text)
        } catch {
            note(name, "invalid_value", ErrorTable.show(error).message)
            return nil
        }
    }

    /// The same for a member that must be there.
    mutating func required<Value>(_ name: String, _ parse: (String) throws -> Value) -> Value? {
        if body.members != nil, body[name].map(\.isNull) ?? true { note(name, "required", "\(name) is missing") }
        return value(name, parse)
    }

    /// A whole number; `nil` where it is missing or null.
    mutating func integer(_ name: String, in range: ClosedRange<Int64>) -> Int64? {
        guard let value = body[name], !value.isNull else { return nil }
        guard let integer = value.integer, range.contains(integer) else {
            note(
                name, "invalid_value",
                "\(name) must be a whole number from \(range.lowerBound) to \(range.upperBound), not "
                    + value.canonicalText.prefix(40))
            return nil
        }
        return integer
    }

    /// Values of the core's in an array of texts; empty where it is missing or null. Wrong ones are noted and left out.
    mutating func list<Value>(_ name: String, atMost count: Int, _ parse: (String) throws -> Value) -> [Value] {
        guard let value = body[name], !value.isNull else { return [] }
        guard let elements = value.array, elements.count <= count else {
            note(name, "invalid_type", "\(name) must be an array of at most \(count) strings")
            return []
        }
        var found: [Value] = []
        for (index, element) in elements.enumerated() {
            do {
                guard let text = element.string else {
                    note("\(name)[\(index)]", "invalid_type", "\(name)[\(index)] must be a string")
                    continue
                }
                found.append(try parse(text))
            } catch {
                note("\(name)[\(index)]", "invalid_value", ErrorTable.show(error).message)
            }
        }
        return found
    }

    /// Notes members that have no meaning here.
    /// - Parameter owner: what they belong to.
    mutating func refuse(_ names: [String], of owner: String) {
        for name in names where body[name].map({ !$0.isNull }) ?? false {
            note(name, "invalid_value", "\(name) belongs to \(owner); leave it out")
        }
    }

    /// What an entry of the set-up declares. What is wrong with it is noted, each member once.
    mutating func declaration(_ entry: SetUpEntry) throws -> SetUpDeclaration? {
        guard body.members != nil else { return nil }
        do {
            return try entry.declaration()
        } catch let error as ServiceError {
            let known = Set(issues.map(\.field))
            issues += error.issues.filter { !known.contains($0.field) }
            return nil
        }
    }

    /// Who asks and why; without a reason that is noted.
    mutating func author() -> Author {
        let reason = required("reason", Self.reason)
        return Author(who: Self.who(request.credential), reason: reason)
    }

    /// Error: `invalid_body` with everything that was wrong.
    func check() throws {
        guard issues.isEmpty else {
            throw ServiceError(.invalidBody, issues.map(\.message).joined(separator: "; "), issues: issues)
        }
    }

    /// Does it once, in one transaction with its answer.
    func perform(
        _ effect: @escaping @Sendable (LedgerService) throws -> (status: Int, answer: JSONValue)
    ) async throws -> APIResponse {
        APIResponse(
            try await request.ledger.writer.perform(once: repeatable) { service in
                let (status, answer) = try effect(service)
                return .json(answer, status: status)
            })
    }

    /// The same error, where it is the day on a document with that member's name.
    static func namingIssueDay(_ error: any Error) -> any Error {
        guard let error = error as? StoreError, error.code == .invalidIssueDay else { return error }
        return ServiceError(
            .invalidBody, issues: [.init(field: "issue_day", code: error.code.rawValue, message: error.message)])
    }

    /// A person and the key that was used.
    static func who(_ credential: Credential) -> String {
        "\(credential.user.text) (account \(credential.account), token \(credential.token))"
    }

    /// 1 to 1024 characters, none of them a control character.
    static func reason(_ text: String) throws -> String {
        let isClean = text.unicodeScalars.allSatisfy { $0.properties.generalCategory != .control }
        guard isClean, (1...1024).contains(text.unicodeScalars.count), !text.allSatisfy(\.isWhitespace) else {
            throw ServiceError(.invalidBody, "say why (reason) in 1 to 1024 characters, without control characters")
        }
        return text
    }
}

extension Route.Access {
    /// Whoever closes months and changes the set-up.
    static let officers = Route.Access.roles([.billing, .admin])
    /// Those, and whoever reads everything.
    static let overseers = Route.Access.roles([.billing, .admin, .auditor])
}
