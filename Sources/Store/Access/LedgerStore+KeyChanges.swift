import UsageLedger
import Units

extension LedgerStore {
    /// Appends who made or revoked a key, and why. The key itself isn't part of the log, so nothing is made from it.
    public func recordKeyChange(_ type: LedgerEventType, of token: StoredToken, by actor: Actor) throws {
        try write { session in
            session.log.begin(at: actor.now)
            var data: [JSONValue.Member] = [
                .init("who", .string(actor.who)), .init("account", .string(token.account.text)),
                .init("user", .string(token.user.text)), .init("role", .string(token.role)),
            ]
            if let reason = actor.reason { data.append(.init("reason", .string(reason))) }
            _ = try session.append(
                LedgerEventDraft(type: type, subject: token.token, data: data, privateFields: ["reason"]), by: actor)
            try session.log.end()
        }
    }
}
