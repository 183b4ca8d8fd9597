using BugZoo.Ends;
using BugZoo.Literature;
using BugZoo.Locks;
using BugZoo.Signals;
using BugZoo.Tasks;
using BugZoo.Updates;

namespace BugZoo;

/// <summary>All programs of the zoo.</summary>
/// <remarks>
/// The first part is from the literature: SCTBench (Thomson, Donaldson, Betts, PPoPP 2014), the examples of CHESS (Musuvathi and others, OSDI 2008)
/// and of Java PathFinder, rebuilt in C#. The second part is what goes wrong in .NET programs every day.
/// </remarks>
public static class Zoo
{
    public static IReadOnlyList<ZooEntry> All { get; } =
    [
        new("account", Account.Buggy, Account.Fixed, "AssertionFailed") { Mix = 5.9 },
        new("alternating log", AlternatingLog.Buggy, AlternatingLog.Fixed, "AssertionFailed") { Mix = 1.4 },
        new("abba", Abba.Buggy, Abba.Fixed, "Deadlock") { Mix = 3.2 },
        new("reorder_3", Reorder.Buggy3, Reorder.Fixed3, "AssertionFailed", "DataRace") { Mix = 17 },
        new("reorder_5", Reorder.Buggy5, Reorder.Fixed5, "AssertionFailed", "DataRace") { Mix = 53 },
        new("reorder_10", Reorder.Buggy10, Reorder.Fixed10, "AssertionFailed", "DataRace") { Mix = 284, IsLong = true },
        new("reorder_20", Reorder.Buggy20, Reorder.Fixed20, "AssertionFailed", "DataRace") { Mix = 1_919, IsLong = true },
        new("stack", EagerPopper.Buggy, EagerPopper.Fixed, "AssertionFailed") { Mix = 1.8 },
        new("token ring", TokenRing.Buggy, TokenRing.Fixed, "AssertionFailed") { Mix = 6.6 },
        new("philosophers_3", Philosophers.Buggy3, Philosophers.Fixed3, "Deadlock") { Mix = 7.0 },
        new("philosophers_5", Philosophers.Buggy5, Philosophers.Fixed5, "Deadlock") { Mix = 17.7 },
        new("philosophers_7", Philosophers.Buggy7, Philosophers.Fixed7, "Deadlock") { Mix = 36, IsLong = true },
        new("string buffer", StringBuffer.Buggy, StringBuffer.Fixed, "AssertionFailed") { Mix = 7.1 },
        new("bounded queue", BoundedQueue.Buggy, BoundedQueue.Fixed, "Deadlock", "LostWakeup", "AssertionFailed") { Mix = 9.6 },
        new("balance", Balance.Buggy, Balance.Fixed, "LostUpdate", "AssertionFailed") { Mix = 3.5 },
        new("waiting flag", WaitingFlag.Buggy, WaitingFlag.Fixed, "LostWakeup") { Mix = 7.9 },
        new("bluetooth", Bluetooth.Buggy, Bluetooth.Fixed, "AssertionFailed") { Mix = 28 },
        new("wronglock_1", WrongLock.Buggy1, WrongLock.Fixed1, "LostUpdate", "AssertionFailed"),
        new("wronglock_3", WrongLock.Buggy3, WrongLock.Fixed3, "LostUpdate", "AssertionFailed"),
        new("double-checked publish", DoubleCheckedPublish.Buggy, DoubleCheckedPublish.Fixed, "AssertionFailed", "DataRace"),
        new("if instead of while", IfWait.Buggy, IfWait.Fixed, "UnhandledException"),
        new("twostage_2", TwoStage.Buggy2, TwoStage.Fixed2, "AssertionFailed"),
        new("twostage_20", TwoStage.Buggy20, TwoStage.Fixed20, "AssertionFailed") { Mix = 326, IsLong = true },

        new("++ on a field", FieldIncrement.Buggy, FieldIncrement.Fixed, "LostUpdate"),
        new("++ on a static field", StaticIncrement.Buggy, StaticIncrement.Fixed, "LostUpdate"),
        new("++ on an array element", ArrayElement.Buggy, ArrayElement.Fixed, "LostUpdate"),
        new("++ on a volatile field", VolatileIncrement.Buggy, VolatileIncrement.Fixed, "LostUpdate", "AssertionFailed"),
        new("a new lock in each call", FreshLock.Buggy, FreshLock.Fixed, "LostUpdate"),
        new("last one out", LastOneOut.Buggy, LastOneOut.Fixed, "AssertionFailed"),
        new("Dictionary used by two", SharedDictionary.Buggy, SharedDictionary.Fixed, "LostUpdate", "AssertionFailed", "DataRace"),
        new("List used by two", SharedList.Buggy, SharedList.Fixed, "DataRace"),
        new("check, then add", CheckThenAdd.Buggy, CheckThenAdd.Fixed, "LostUpdate", "AssertionFailed"),
        new("GetOrAdd calls twice", FactoryTwice.Buggy, FactoryTwice.Fixed, "AssertionFailed"),
        new("made twice at first use", DoubleInit.Buggy, DoubleInit.Fixed, "AssertionFailed"),
        new("semaphore released twice", ReleasedTwice.Buggy, ReleasedTwice.Fixed, "LostUpdate"),

        new("two sets, one wake", TwoSetsOneWake.Buggy, TwoSetsOneWake.Fixed, "LostWakeup"),
        new("Pulse wakes the wrong one", WrongWaiter.Buggy, WrongWaiter.Fixed, "LostWakeup", "Deadlock"),
        new("Pulse before Wait", PulseBeforeWait.Buggy, PulseBeforeWait.Fixed, "LostWakeup"),
        new("CountdownEvent counted too often", CountedTooOften.Buggy, CountedTooOften.Fixed, "UnhandledException"),

        new("forgotten Exit", ForgottenExit.Buggy, ForgottenExit.Fixed, "LeakedLock", "Deadlock"),
        new("polite eaters", PoliteEaters.Buggy, PoliteEaters.Fixed, "Livelock"),
        new("upgrade deadlock", UpgradeDeadlock.Buggy, UpgradeDeadlock.Fixed, "Deadlock"),
        new("Join under a lock", JoinUnderLock.Buggy, JoinUnderLock.Fixed, "Deadlock"),

        new("update across an await", AsyncUpdate.Buggy, AsyncUpdate.Fixed, "LostUpdate", "AssertionFailed"),
        new("Wait on a context of one thread", BlockedContext.Buggy, BlockedContext.Fixed, "Deadlock"),
        new("SetResult under a lock", SetUnderLock.Buggy, SetUnderLock.Fixed, "Deadlock"),
        new("Release after a cancelled WaitAsync", ReleasedAfterCancel.Buggy, ReleasedAfterCancel.Fixed, "AssertionFailed"),
        new("channel closed while a writer waits", ChannelClosed.Buggy, ChannelClosed.Fixed, "AssertionFailed"),
        new("disposed while CancelAfter fires", DisposedWhileDue.Buggy, DisposedWhileDue.Fixed, "UnhandledException"),
        new("cache with an async factory", AsyncCache.Buggy, AsyncCache.Fixed, "AssertionFailed"),
        new("ready before the await", ReadyTooEarly.Buggy, ReadyTooEarly.Fixed, "AssertionFailed"),
        new("async reader-writer lock", AsyncReaderWriter.Buggy, AsyncReaderWriter.Fixed, "AssertionFailed", "LostUpdate", "Deadlock"),
        new("read lost in WhenAny", LostInWhenAny.Buggy, LostInWhenAny.Fixed, "AssertionFailed"),
        new("source set twice", SetTwice.Buggy, SetTwice.Fixed, "UnhandledException"),
        new("async signal lost", LostAsyncSignal.Buggy, LostAsyncSignal.Fixed, "Deadlock", "LostWakeup"),
        new("tokens overdrawn", OverdrawnTokens.Buggy, OverdrawnTokens.Fixed, "AssertionFailed"),
        new("pool gives out a closed connection", ClosedConnection.Buggy, ClosedConnection.Fixed, "AssertionFailed"),
        new("source disposed by its successor", CancelledSuccessor.Buggy, CancelledSuccessor.Fixed, "AssertionFailed", "UnhandledException"),
        new("Lazy keeps an exception", CachedFailure.Buggy, CachedFailure.Fixed, "AssertionFailed"),
        new("permit kept after a cancellation", ForgottenRelease.Buggy, ForgottenRelease.Fixed, "Deadlock"),
        new("work not awaited", DisposedByFirst.Buggy, DisposedByFirst.Fixed, "AssertionFailed"),
        new("callback taken back under its lock", UnregisteredUnderLock.Buggy, UnregisteredUnderLock.Fixed, "Deadlock"),
        new("removed before it is added", RemovedBeforeAdded.Buggy, RemovedBeforeAdded.Fixed, "AssertionFailed"),
        new("successor evicted", EvictedSuccessor.Buggy, EvictedSuccessor.Fixed, "AssertionFailed"),
        new("two readers, one item", TwoReadersOneItem.Buggy, TwoReadersOneItem.Fixed, "AssertionFailed"),
        new("breaker lets two through", HalfOpenBreaker.Buggy, HalfOpenBreaker.Fixed, "AssertionFailed"),
        new("batch sent twice", BatchFlushedTwice.Buggy, BatchFlushedTwice.Fixed, "AssertionFailed"),
        new("progress out of order", LateProgress.Buggy, LateProgress.Fixed, "AssertionFailed"),
        new("disposed under a waiter", DisposedUnderWaiter.Buggy, DisposedUnderWaiter.Fixed, "Deadlock", "LostWakeup"),

        new("timer races Dispose", TimerRacesDispose.Buggy, TimerRacesDispose.Fixed, "UnhandledException"),
        new("throwing work item", ThrowingWorkItem.Buggy, ThrowingWorkItem.Fixed, "UnhandledException"),
        new("throwing thread", ThrowingThread.Buggy, ThrowingThread.Fixed, "UnhandledException"),
    ];
}
