import Scheduling
import UsageLedger
import Units

/// Which tasks of an account are asked for. Absent parts ask nothing.
public struct TaskFilter: Sendable {
    /// All of these words stand in id, name, image or plan, in whatever case of A–Z.
    public var words: [String] = []
    /// One of these.
    public var statuses: Set<TaskStatus> = []
    public var plans: Set<PlanID> = []
    public var tag: String?
    /// At this instant or later.
    public var createdAfter: Instant?
    /// Before this instant.
    public var createdBefore: Instant?

    public init() {}

    /// Whether nothing but the status decides, so that the tasks needn't be counted one by one.
    var asksOnlyForStatuses: Bool {
        words.isEmpty && plans.isEmpty && tag == nil && createdAfter == nil && createdBefore == nil
    }
}

/// A filter as SQL, with its values in the order of their places; ?1 is the account.
struct TaskCondition {
    enum Value {
        case integer(Int64)
        case text(String)
    }

    private(set) var sql = "c.account = ?1 AND c.deleted_at IS NULL"
    private(set) var values: [Value]

    /// - Parameter plan: the number of a plan that is known, `nil` for another.
    init(_ filter: TaskFilter, account: Int64, plan: (PlanID) throws -> Int64?) rethrows {
        values = [.integer(account)]
        if !filter.statuses.isEmpty {
            let places = filter.statuses.map(\.rawValue).sorted().map { add(.text($0)) }
            sql += " AND c.status IN (\(places.joined(separator: ",")))"
        }
        if !filter.plans.isEmpty {
            let places = try filter.plans.sorted().map { add(.integer(try plan($0) ?? -1)) }
            sql += " AND c.plan IN (\(places.joined(separator: ",")))"
        }
        if let after = filter.createdAfter { sql += " AND c.created_at >= \(add(.integer(after.nanoseconds)))" }
        if let before = filter.createdBefore { sql += " AND c.created_at < \(add(.integer(before.nanoseconds)))" }
        if let tag = filter.tag {
            sql += " AND EXISTS (SELECT 1 FROM private_text p, json_each(CAST(p.text AS TEXT)) j WHERE "
            sql += "p.position = c.submission AND p.field = 'tags' AND j.value = \(add(.text(tag))))"
        }
        for word in filter.words {
            let place = add(.text(word))
            sql += """
                 AND (instr(lower(t.name), lower(\(place))) OR EXISTS (SELECT 1 FROM plan_key k WHERE k.plan = c.plan
                AND instr(lower(k.name), lower(\(place)))) OR EXISTS (SELECT 1 FROM private_text p WHERE
                p.position = c.submission AND p.field IN ('name', 'image')
                AND instr(lower(json_extract(CAST(p.text AS TEXT), '$')), lower(\(place)))))
                """
        }
    }

    private mutating func add(_ value: Value) -> String {
        values.append(value)
        return "?\(values.count)"
    }

    func bind(_ statement: RawStatement) {
        for (index, value) in values.enumerated() {
            switch value {
            case .integer(let number): statement.bind(Int32(index + 1), number)
            case .text(let text): statement.bind(Int32(index + 1), text)
            }
        }
    }
}
