using System.Runtime.CompilerServices;
using System.Threading.Tasks.Sources;
using Braid.Checking.Engine;
using Braid.Checking.Memory;

namespace Braid.Checking.Hooks;

/// <summary>ManualResetValueTaskSourceCore: the real struct keeps the state; its continuation runs where the hooks decide.</summary>
[Hooks(typeof(ManualResetValueTaskSourceCore<>), Allowed =
[
    "get_RunContinuationsAsynchronously", "set_RunContinuationsAsynchronously", "get_Version", "Reset",
])]
internal static class ValueTaskSourceHooks
{
    public static ValueTaskSourceStatus GetStatus<T>(
        ref ManualResetValueTaskSourceCore<T> self, short token, ControlledThread thread, int site)
    {
        if (Place(thread, ref self) is { } place)
        {
            thread.Step(OperationKind.Read, place, site);
            place.AcquireBy(thread);
        }

        return self.GetStatus(token);
    }

    public static T GetResult<T>(ref ManualResetValueTaskSourceCore<T> self, short token, ControlledThread thread, int site)
    {
        Place(thread, ref self)?.AcquireBy(thread);
        return self.GetResult(token);
    }

    public static void OnCompleted<T>(
        ref ManualResetValueTaskSourceCore<T> self, Action<object?> continuation, object? state, short token,
        ValueTaskSourceOnCompletedFlags flags, ControlledThread thread, int site)
    {
        ArgumentNullException.ThrowIfNull(continuation);
        if (Place(thread, ref self) is { } place)
        {
            thread.Step(OperationKind.Update, place, site);
            place.AcquireBy(thread);
        }

        var next = new SourceContinuation(thread, continuation, state, flags, site)
        {
            IsAsynchronous = self.RunContinuationsAsynchronously,
        };
        if (self.GetStatus(token) == ValueTaskSourceStatus.Pending)
        {
            self.OnCompleted(SourceContinuation.Completed, next, token, ValueTaskSourceOnCompletedFlags.None);
        }
        else
        {
            next.IsAsynchronous = true;
            next.RunContinuations(thread);
        }
    }

    public static void SetResult<T>(ref ManualResetValueTaskSourceCore<T> self, T result, ControlledThread thread, int site)
    {
        bool asynchronous = Completing(thread, ref self, site);
        self.SetResult(result);
        self.RunContinuationsAsynchronously = asynchronous;
        TaskResource.Drain(thread);
    }

    public static void SetException<T>(ref ManualResetValueTaskSourceCore<T> self, Exception error, ControlledThread thread, int site)
    {
        bool asynchronous = Completing(thread, ref self, site);
        self.SetException(error);
        self.RunContinuationsAsynchronously = asynchronous;
        TaskResource.Drain(thread);
    }

    /// <returns>
    /// Whether continuations run asynchronously. The real struct's flag is cleared; otherwise they would go to the real pool.
    /// </returns>
    private static bool Completing<T>(ControlledThread thread, ref ManualResetValueTaskSourceCore<T> self, int site)
    {
        if (Place(thread, ref self) is { } place)
        {
            thread.Step(OperationKind.Signal, place, site);
            place.ReleaseBy(thread);
        }

        bool asynchronous = self.RunContinuationsAsynchronously;
        self.RunContinuationsAsynchronously = false;
        return asynchronous;
    }

    private static Variable? Place<T>(ControlledThread thread, ref ManualResetValueTaskSourceCore<T> self) =>
        MemoryAccess.Locate(thread, ref Unsafe.As<ManualResetValueTaskSourceCore<T>, byte>(ref self));
}
