import UsageLedger
import Units

/// Dense integers for long names (§ SQLite of the architecture): one table of (number, name), kept in memory as far as
/// it was asked. Numbers are given in the order of first use and never change.
final class KeyTable<Name: Hashable> {
    private let find: RawStatement
    private let add: RawStatement
    private let findName: RawStatement
    private let text: (Name) -> String
    private let parse: (String) throws -> Name
    private var numbers: [Name: Int64] = [:]
    private var names: [Int64: Name] = [:]
    private let capacity: Int

    /// - Parameter capacity: names kept in memory; the table itself has no bound.
    init(
        _ statements: StatementCache, table: String, column: String, capacity: Int = 300_000,
        text: @escaping (Name) -> String,
        parse: @escaping (String) throws -> Name
    ) throws {
        find = try statements("SELECT \(column) FROM \(table) WHERE name = ?1")
        add = try statements("INSERT INTO \(table) (name) VALUES (?1) RETURNING \(column)")
        findName = try statements("SELECT name FROM \(table) WHERE \(column) = ?1")
        self.text = text
        self.parse = parse
        self.capacity = capacity
    }

    /// The number of a name, `nil` when it has none yet.
    func number(of name: Name) throws -> Int64? {
        if let known = numbers[name] { return known }
        find.bind(1, text(name))
        guard try find.step() else { return nil }
        let number = find.integer(0)
        find.reset()
        remember(name, number)
        return number
    }

    /// The number of a name, given now if it has none.
    func numberAddingIfNeeded(of name: Name) throws -> Int64 {
        if let known = try number(of: name) { return known }
        add.bind(1, text(name))
        guard try add.step() else { throw StoreError(.internal, "no number was given to '\(text(name))'") }
        let number = add.integer(0)
        add.reset()
        remember(name, number)
        return number
    }

    func name(of number: Int64) throws -> Name {
        if let known = names[number] { return known }
        findName.bind(1, number)
        guard try findName.step() else { throw StoreError(.corrupt, "no name is stored for key \(number); run verify") }
        let name = try parse(findName.text(0))
        findName.reset()
        remember(name, number)
        return name
    }

    /// Keeps a pair that was read elsewhere anyway.
    func remember(_ name: Name, _ number: Int64) {
        if numbers.count >= capacity {
            numbers.removeAll(keepingCapacity: true)
            names.removeAll(keepingCapacity: true)
        }
        numbers[name] = number
        names[number] = name
    }
}

/// The key tables of one connection.
final class Keys {
    let accounts: KeyTable<AccountID>
    let users: KeyTable<UserID>
    let plans: KeyTable<PlanID>
    let sources: KeyTable<SourceName>

    init(_ statements: StatementCache) throws {
        accounts = try KeyTable(
            statements, table: "account_key", column: "account", text: \.text, parse: { try AccountID($0) })
        users = try KeyTable(statements, table: "user_key", column: "user", text: \.text, parse: { try UserID($0) })
        plans = try KeyTable(statements, table: "plan_key", column: "plan", text: \.text, parse: { try PlanID($0) })
        sources = try KeyTable(
            statements, table: "event_source", column: "source", text: \.text, parse: { SourceName(text: $0) })
    }
}

/// The source of an event, the same as another only byte for byte: a String is also equal to its other Unicode forms.
struct SourceName: Identifier {
    let text: String
}
