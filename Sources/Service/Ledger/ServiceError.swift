/// Why a use case can't go on, where neither core nor store is at fault.
public struct ServiceError: Error, Hashable, Sendable, CustomStringConvertible {
    public enum Code: String, Sendable, CaseIterable {
        case cannotReadFile = "cannot_read_file"
        case cannotWriteFile = "cannot_write_file"
        /// A text holds a character that the asked character set lacks.
        case cannotEncode = "cannot_encode"
        /// Arguments that make no sense together.
        case invalidRequest = "invalid_request"
        /// A request's body that can be read but not used; `issues` names every field at fault.
        case invalidBody = "invalid_body"
        /// A body names what isn't set up.
        case unknownReference = "unknown_reference"
        /// What a change of the set-up may not do.
        case pricesShareADay = "prices_share_a_day"
        case priceIsUsed = "price_is_used"
        case daysAreInvoiced = "days_are_invoiced"
        case planIsUsed = "plan_is_used"
        /// A body longer than is taken.
        case tooLarge = "too_large"
        /// An Idempotency-Key that was used for another request.
        case keyReused = "idempotency_key_reused"
        /// Nothing is there, or nothing that the asker may see.
        case notFound = "not_found"
        /// The most that a task may cost doesn't fit the account's budget.
        case budgetExceeded = "budget_exceeded"
        /// Settings of a server that can't be used.
        case invalidConfiguration = "invalid_configuration"
        /// Somebody else listens on the port of a server.
        case addressInUse = "address_in_use"
        case unauthorized
        case forbidden
        case methodNotAllowed = "method_not_allowed"
        case unsupportedMediaType = "unsupported_media_type"
        case tooManyRequests = "too_many_requests"
        /// A webhook's address can't be reached.
        case webhookUnreachable = "webhook_unreachable"
        /// A webhook's address doesn't answer in time.
        case webhookTimedOut = "webhook_timed_out"
        /// Nobody listens on the port of a task's container, or not yet.
        case containerNotListening = "container_not_listening"
        /// The program in a task's container says nothing.
        case containerTimedOut = "container_timed_out"
        /// What the program in a task's container says is no HTTP.
        case containerAnswerBroken = "container_answer_broken"
        /// A request's head that is longer than is taken.
        case headTooLarge = "head_too_large"
        /// More waits than can be worked off soon.
        case overloaded
        /// A flush to disk has failed: nothing is written any more.
        case ledgerFailed = "ledger_failed"
        /// The file with which secrets are encrypted can't be used.
        case secretKeyUnusable = "secret_key_unusable"
    }

    /// One field that is wrong.
    public struct Issue: Hashable, Sendable {
        /// Where it stands, for example `containers[0].plan`.
        public let field: String
        public let code: String
        public let message: String

        public init(field: String, code: String, message: String) {
            self.field = field
            self.code = code
            self.message = message
        }
    }

    public let code: Code
    public let message: String
    /// Everything that is wrong at once.
    public let issues: [Issue]

    public init(_ code: Code, _ message: String, issues: [Issue] = []) {
        self.code = code
        self.message = message
        self.issues = issues
    }

    /// Everything that is wrong, in the words of its parts.
    public init(_ code: Code, issues: [Issue]) {
        self.init(code, issues.map(\.message).joined(separator: "; "), issues: issues)
    }

    public var description: String { message }
}
