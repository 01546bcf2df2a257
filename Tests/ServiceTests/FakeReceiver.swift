import Foundation
import Synchronization
import Webhooks

/// Receives webhooks in a test: by host it answers with a status, or never.
final class FakeReceiver: WebhookTransport {
    struct Received: Sendable {
        let host: String
        let post: WebhookPost

        var id: String { post.headers["webhook-id"] ?? "" }
        var text: String { String(decoding: post.body, as: UTF8.self) }
    }

    /// Statuses by host, the next first; the last repeats. A host without any never answers.
    private let statuses: Mutex<[String: [Int]]>
    private let all = Mutex<[Received]>([])

    init(_ statuses: [String: [Int]]) { self.statuses = Mutex(statuses) }

    /// In the order of arrival.
    var received: [Received] { all.withLock { $0 } }

    func answer(_ host: String, _ next: [Int]) { statuses.withLock { $0[host] = next } }

    func post(_ post: WebhookPost, to target: WebhookTarget) async throws(WebhookError) -> WebhookReply {
        all.withLock { $0.append(Received(host: target.host, post: post)) }
        let status: Int? = statuses.withLock { statuses in
            guard var list = statuses[target.host], let first = list.first else { return nil }
            if list.count > 1 { list.removeFirst() }
            statuses[target.host] = list
            return first
        }
        if let status { return WebhookReply(status: status, body: []) }
        let (never, _) = AsyncStream.makeStream(of: Void.self)
        for await _ in never {}
        throw WebhookError(.timedOut, "cancelled")
    }

    /// Waits until so many have arrived.
    func await(_ count: Int) async -> [Received] {
        while received.count < count { await Task.yield() }
        return received
    }
}
