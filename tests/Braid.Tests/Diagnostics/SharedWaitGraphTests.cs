namespace Braid.Tests;

/// <summary>Threads that block on what processes share stand in the wait graph too.</summary>
public sealed class SharedWaitGraphTests : TimedTest
{
    private static readonly Dictionary<string, Func<(Action Block, Action End, string Text)>> s_waits = new()
    {
        ["Lock"] = static () =>
        {
            var mutex = new Multiprocessing.Lock();
            mutex.Acquire();
            return (() => mutex.Acquire(), () => mutex.Release(), "locked Lock, waiters=1 .*, held by this process");
        },
        ["RLock"] = static () =>
        {
            var mutex = new Multiprocessing.RLock();
            mutex.Acquire();
            return (() => mutex.Acquire(), () => mutex.Release(), "locked RLock, waiters=1 .*, held by this process");
        },
        ["Condition"] = static () =>
        {
            var condition = new Multiprocessing.Condition();
            return (Wait, Notify, "unlocked Condition, waiters=1 .*");

            void Wait()
            {
                using Threading.Scope scope = condition.EnterScope();
                condition.Wait();
            }

            void Notify()
            {
                using Threading.Scope scope = condition.EnterScope();
                condition.Notify();
            }
        },
        ["Semaphore"] = static () =>
        {
            var permits = new Multiprocessing.Semaphore(0);
            return (() => permits.Acquire(), () => permits.Release(), "Semaphore, value=0, waiters=1 .*");
        },
        ["Event"] = static () =>
        {
            var flag = new Multiprocessing.Event();
            return (() => flag.Wait(), flag.Set, "unset Event, waiters=1 .*");
        },
        ["Barrier"] = static () =>
        {
            var barrier = new Multiprocessing.Barrier(2);
            return (() => barrier.Wait(), () => barrier.Wait(), "Barrier, waiters=1/2 .*");
        },
        ["Queue.Get"] = static () =>
        {
            var queue = new Multiprocessing.Queue<int>();
            return (() => queue.Get(), () => queue.Put(1), "an item of Queue, size=0, getters=1 .*");
        },
        ["Queue.Put"] = static () =>
        {
            var queue = new Multiprocessing.Queue<int>(1);
            queue.Put(1);
            return (() => queue.Put(2), () => queue.Get(), "room in Queue, size=1/1, putters=1 .*");
        },
        ["JoinableQueue.Join"] = static () =>
        {
            var queue = new Multiprocessing.JoinableQueue<int>();
            queue.Put(1);
            return (() => queue.Join(), queue.TaskDone, "JoinableQueue, size=1.*");
        },
        ["Connection.Recv"] = static () =>
        {
            (Multiprocessing.Connection here, Multiprocessing.Connection there) = Multiprocessing.Pipe.Create();
            return (() => here.Recv<int>(), () => there.Send(1), "a message of Connection .*");
        },
        ["Connection.Wait"] = static () =>
        {
            (Multiprocessing.Connection here, Multiprocessing.Connection there) = Multiprocessing.Pipe.Create();
            return (() => Multiprocessing.Connection.Wait([here]), () => there.Send(1), "any of Connection, both ways .*");
        },
    };

    public static IEnumerable<TheoryDataRow<string>> Waits => s_waits.Keys.Select(static name => new TheoryDataRow<string>(name));

    [Theory]
    [MemberData(nameof(Waits))]
    public void A_thread_that_blocks_is_shown_until_it_goes_on(string name)
    {
        (Action block, Action end, string text) = s_waits[name]();
        string who = $"shared-{name}";
        var scene = new DeadlockScene();
        scene.Start(who, block);
        Assert.Matches($"^{who} waits for {text}$", Described(who));
        end();
        scene.Dispose();
        Assert.Null(DeadlockScene.WaitOf(who));
    }

    [Fact]
    public void A_lock_that_another_process_holds_names_that_process()
    {
        var mutex = new Multiprocessing.Lock();
        var isHeld = new Multiprocessing.Event();
        var mayEnd = new Multiprocessing.Event();
        var holder = Multiprocessing.Process.Start(static shared => Hold(shared.Mutex, shared.IsHeld, shared.MayEnd), (Mutex: mutex, IsHeld: isHeld, MayEnd: mayEnd));
        isHeld.Wait(Cancellation);
        var scene = new DeadlockScene();
        scene.Start("shared-elsewhere", () => mutex.Acquire());
        Assert.EndsWith($", held by process {holder.Pid}", Described("shared-elsewhere"), StringComparison.Ordinal);
        Assert.Equal([$"process {holder.Pid}"], DeadlockScene.WaitOf("shared-elsewhere")!.Holders);
        mayEnd.Set();
        scene.Dispose();
        holder.Join(Cancellation);
    }

    private static string Described(string who) => DeadlockScene.WaitOf(who)!.ToString();

    private static void Hold(Multiprocessing.Lock mutex, Multiprocessing.Event isHeld, Multiprocessing.Event mayEnd)
    {
        using Threading.Scope scope = mutex.EnterScope();
        isHeld.Set();
        mayEnd.Wait();
    }
}
