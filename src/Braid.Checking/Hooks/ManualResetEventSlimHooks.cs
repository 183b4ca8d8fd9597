using System.Runtime.CompilerServices;
using Braid.Checking.Engine;

namespace Braid.Checking.Hooks;

/// <summary>ManualResetEventSlim. The real object keeps its initial state, and whether it is disposed.</summary>
[Hooks(typeof(ManualResetEventSlim), Allowed = [".ctor", "get_SpinCount"])]
internal static class ManualResetEventSlimHooks
{
    public static void Set(ManualResetEventSlim self, ControlledThread thread, int site)
    {
        if (!thread.Execution.Ending)
        {
            GateResource gate = Of(thread, self);
            thread.Step(OperationKind.Signal, gate, site);
            gate.SetBy(thread, site);
        }
    }

    public static void Reset(ManualResetEventSlim self, ControlledThread thread, int site)
    {
        if (!thread.Execution.Ending)
        {
            GateResource gate = Of(thread, self);
            thread.Step(OperationKind.Reset, gate, site);
            ObjectDisposedException.ThrowIf(IsDisposed(self), self);
            gate.ResetBy(thread, site);
        }
    }

    public static bool get_IsSet(ManualResetEventSlim self, ControlledThread thread, int site)
    {
        GateResource gate = Of(thread, self);
        thread.Step(OperationKind.Read, gate, site);
        if (gate.IsSet)
        {
            gate.PassBy(thread);
        }

        return gate.IsSet;
    }

    public static bool Wait(
        ManualResetEventSlim self, [Default(Timeout.Infinite)] Limit timeout, [Default] CancellationToken cancellationToken,
        ControlledThread thread, int site)
    {
        GateResource gate = Of(thread, self);
        thread.StepCheck(gate, site, cancellationToken.CanBeCanceled);
        ObjectDisposedException.ThrowIf(IsDisposed(self), self);
        cancellationToken.ThrowIfCancellationRequested();
        bool passed = timeout.Ticks == 0
            ? thread.TryTake(gate, OperationKind.AwaitSignal, OperationKind.AwaitSignal, 0, site)
            : thread.AwaitOrThrow(OperationKind.AwaitSignal, gate, site, timeout.Ticks, cancellationToken);
        if (passed)
        {
            gate.PassBy(thread);
        }

        return passed;
    }

    public static void Dispose(ManualResetEventSlim self, ControlledThread thread, int site)
    {
        Disposal.Step(thread, self, site);
        self.Dispose();
    }

    internal static GateResource Of(ControlledThread thread, ManualResetEventSlim self) =>
        thread.Execution.Resources.Get(
            self ?? throw new NullReferenceException(), thread.Execution, static made => new GateResource(made.IsSet));

    [UnsafeAccessor(UnsafeAccessorKind.Method, Name = "get_IsDisposed")]
    private static extern bool IsDisposed(ManualResetEventSlim self);
}
