import Glibc

/// A connection to a server of this machine that sends and receives what a test says. Every wait ends after a minute.
final class SocketClient: @unchecked Sendable {
    private let descriptor: Int32
    private var received: [UInt8] = []

    struct Refused: Error {}

    /// Error: `Refused` when nobody listens.
    init(port: UInt16) throws {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        self.descriptor = descriptor
        var minute = timeval(tv_sec: 60, tv_usec: 0)
        setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &minute, socklen_t(MemoryLayout<timeval>.size))
        setsockopt(descriptor, SOL_SOCKET, SO_SNDTIMEO, &minute, socklen_t(MemoryLayout<timeval>.size))
        let isConnected = withLoopback(port) { connect(descriptor, $0, $1) == 0 }
        guard isConnected else { throw Refused() }
    }

    /// One that came in at a listener.
    init(accepted descriptor: Int32) { self.descriptor = descriptor }

    deinit { close(descriptor) }

    func send(_ text: String) {
        let bytes = Array(text.utf8)
        var sent = 0
        while sent < bytes.count {
            let count = bytes[sent...].withUnsafeBytes {
                Glibc.send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
            }
            guard count > 0 else { return }
            sent += count
        }
    }

    /// Everything that has come, when the other side has closed the connection.
    func textToTheEnd() -> String {
        while receive() {}
        return text
    }

    /// Everything that has come, as soon as it holds a text so often; or at the end.
    func text(until pattern: String, times: Int = 1) -> String {
        while text.components(of: pattern) < times, receive() {}
        return text
    }

    private var text: String { String(decoding: received, as: UTF8.self) }

    /// False at the end.
    private func receive() -> Bool {
        var chunk = [UInt8](repeating: 0, count: 1 << 16)
        let count = recv(descriptor, &chunk, chunk.count, 0)
        guard count > 0 else { return false }
        received += chunk[..<count]
        return true
    }
}

/// A socket that waits for connections on a free port of the loopback.
final class SocketListener: @unchecked Sendable {
    let port: UInt16
    private let descriptor: Int32

    /// - Parameter backlog: connections that may wait beside one; the system takes no further ones.
    init(backlog: Int32 = 16) {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        self.descriptor = descriptor
        _ = withLoopback(0) { bind(descriptor, $0, $1) }
        listen(descriptor, backlog)
        var address = sockaddr_in()
        var size = socklen_t(MemoryLayout<sockaddr_in>.size)
        withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { _ = getsockname(descriptor, $0, &size) }
        }
        port = UInt16(bigEndian: address.sin_port)
    }

    deinit { close(descriptor) }

    /// The next connection; waits for it at most a minute.
    func accept() -> SocketClient? {
        var waiting = [pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)]
        guard poll(&waiting, 1, 60_000) > 0 else { return nil }
        let accepted = Glibc.accept(descriptor, nil, nil)
        guard accepted >= 0 else { return nil }
        _ = fcntl(accepted, F_SETFD, FD_CLOEXEC)
        return SocketClient(accepted: accepted)
    }
}

private func withLoopback<Result>(_ port: UInt16, _ body: (UnsafePointer<sockaddr>, socklen_t) -> Result) -> Result {
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = port.bigEndian
    address.sin_addr.s_addr = inet_addr("127.0.0.1")
    return withUnsafePointer(to: &address) { pointer in
        pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
            body($0, socklen_t(MemoryLayout<sockaddr_in>.size))
        }
    }
}

extension String {
    /// How often a text stands in it.
    fileprivate func components(of pattern: String) -> Int { ranges(of: pattern).count }
}
