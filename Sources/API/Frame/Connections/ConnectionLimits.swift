/// What a connection may cost. A client that is slower, or silent for longer, loses its connection; whoever has a
/// steady network never notices.
public struct ConnectionLimits: Hashable, Sendable {
    /// Connections at once. What comes beyond is closed at once.
    public var total = 8192
    /// Of one address (of a /64 network of IPv6).
    public var perAddress = 1024
    /// Whether connections of this machine count as those of an address: not while a proxy on it speaks for everybody.
    public var countsLoopback = false
    /// How long a connection may be silent between two requests.
    public var idleMilliseconds: Int64 = 60_000
    /// How long a request's head may take from its first byte to its last.
    public var headMilliseconds: Int64 = 10_000
    /// Longest head of a request, its first line not counted.
    public var headBytes = 16 << 10
    /// Of a body, this many bytes must come in each span for which we wait for it. While we don't read, nothing counts.
    public var bodySpanMilliseconds: Int64 = 10_000
    public var bodyBytesPerSpan = 1 << 10
    /// How long an answer may find no room because the client doesn't read.
    public var writeMilliseconds: Int64 = 30_000
    /// How long, and how much, the rest of a body is read and thrown away when its answer was given before its end.
    public var lingerMilliseconds: Int64 = 5_000
    public var lingerBytes = 64 << 20
    /// How long requests that have begun may take when the server is told to stop.
    public var stopMilliseconds: Int64 = 20_000

    public init() {}
}
