import UsageLedger
import Units

/// Decides who starts next. An owner's tasks start in the order of submission: the first of them that can't start holds
/// back the later ones, and nobody else's.
public enum StartQueue {
    private struct OwnerKey: Hashable {
        let account: AccountID
        /// `nil` where the account counts as a whole.
        let user: UserID?
    }

    /// The tasks that start now, each with its machine, in the order of submission. A task of which nothing was started
    /// leaves a silent host: it comes before those that wait, and stays where it is when nobody has room for it.
    /// O(waiting × hosts).
    /// - Parameters:
    ///   - waiting: in the order of submission.
    ///   - running: all that have a machine, also one that isn't in `hosts` any more; in the order of submission.
    ///   - hosts: those that answer and take tasks. Of several with room the one with the most is taken, else the
    /// first.
    ///   - silent: names of hosts that don't answer. They take nothing, and what was started there still counts.
    public static func starts(
        waiting: [QueuedTask], running: [Placement], hosts: [HostCapacity], silent: Set<String> = [],
        settings: QueueSettings
    ) -> [Placement] {
        precondition(settings.runningTasks >= 1, "an owner may run a task at least")
        var room = HostRoom(hosts.filter { !silent.contains($0.name) })
        var counts: [OwnerKey: Int] = [:]
        var stranded: [QueuedTask] = []
        for placement in running {
            guard !placement.isUnstarted || !silent.contains(placement.host) else {
                stranded.append(placement.task)
                continue
            }
            counts[owner(placement.task, settings), default: 0] += 1
            room.take(placement)
        }
        var heldBack: Set<OwnerKey> = []
        var starts: [Placement] = []
        for task in stranded + waiting {
            let owner = owner(task, settings)
            guard !heldBack.contains(owner) else { continue }
            guard counts[owner, default: 0] < settings.runningTasks, let placement = room.place(task) else {
                heldBack.insert(owner)
                continue
            }
            counts[owner, default: 0] += 1
            starts.append(placement)
        }
        return starts
    }

    private static func owner(_ task: QueuedTask, _ settings: QueueSettings) -> OwnerKey {
        OwnerKey(account: task.account, user: settings.owner == .user ? task.user : nil)
    }
}
