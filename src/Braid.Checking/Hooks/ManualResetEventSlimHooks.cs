using System.Runtime.CompilerServices;
using Braid.Checking.Engine;

namespace Braid.Checking.Hooks;

/// <summary>ManualResetEventSlim. The real one keeps the state that it was made with, and whether it is disposed.</summary>
[Hooks(typeof(ManualResetEventSlim), Allowed = [".ctor", "get_SpinCount"])]
internal static class ManualResetEventSlimHooks
{
    public static void Set(ManualResetEventSlim self, int site)
    {
        if (ControlledThread.Current is not { } thread)
        {
            self.Set();
            return;
        }

        if (!thread.Execution.Ending)
        {
            GateResource gate = Of(thread, self);
            thread.Step(OperationKind.Signal, gate, site);
            gate.SetBy(thread, site);
        }
    }

    public static void Reset(ManualResetEventSlim self, int site)
    {
        if (ControlledThread.Current is not { } thread)
        {
            self.Reset();
            return;
        }

        if (!thread.Execution.Ending)
        {
            GateResource gate = Of(thread, self);
            thread.Step(OperationKind.Reset, gate, site);
            ObjectDisposedException.ThrowIf(IsDisposed(self), self);
            gate.ResetBy(thread, site);
        }
    }

    public static bool get_IsSet(ManualResetEventSlim self, int site)
    {
        if (ControlledThread.Current is not { } thread)
        {
            return self.IsSet;
        }

        GateResource gate = Of(thread, self);
        thread.Step(OperationKind.Read, gate, site);
        if (gate.IsSet)
        {
            gate.PassBy(thread);
        }

        return gate.IsSet;
    }

    public static void Wait(ManualResetEventSlim self, int site) => Wait(self, Timeout.Infinite, CancellationToken.None, site);

    public static void Wait(ManualResetEventSlim self, CancellationToken cancellationToken, int site) => Wait(self, Timeout.Infinite, cancellationToken, site);

    public static bool Wait(ManualResetEventSlim self, int millisecondsTimeout, int site) => Wait(self, millisecondsTimeout, CancellationToken.None, site);

    public static bool Wait(ManualResetEventSlim self, TimeSpan timeout, int site) => Wait(self, timeout, CancellationToken.None, site);

    public static bool Wait(ManualResetEventSlim self, TimeSpan timeout, CancellationToken cancellationToken, int site)
    {
        if (ControlledThread.Current is not { } thread)
        {
            return self.Wait(timeout, cancellationToken);
        }

        long ticks = Time.From(timeout);
        RequireUsable(thread, self, cancellationToken, site);
        return Pass(thread, self, ticks, cancellationToken, site);
    }

    public static bool Wait(ManualResetEventSlim self, int millisecondsTimeout, CancellationToken cancellationToken, int site)
    {
        if (ControlledThread.Current is not { } thread)
        {
            return self.Wait(millisecondsTimeout, cancellationToken);
        }

        RequireUsable(thread, self, cancellationToken, site);
        return Pass(thread, self, Time.FromMilliseconds(millisecondsTimeout), cancellationToken, site);
    }

    public static void Dispose(ManualResetEventSlim self, int site)
    {
        Disposal.Step(self, site);
        self.Dispose();
    }

    internal static GateResource Of(ControlledThread thread, ManualResetEventSlim self) =>
        thread.Execution.Resources.Get(self ?? throw new NullReferenceException(), thread.Execution, static made => new GateResource(made.IsSet));

    private static bool Pass(ControlledThread thread, ManualResetEventSlim self, long timeout, CancellationToken token, int site)
    {
        GateResource gate = Of(thread, self);
        bool passed = timeout == 0
            ? thread.TryTake(gate, OperationKind.AwaitSignal, OperationKind.AwaitSignal, 0, site)
            : thread.AwaitOrThrow(OperationKind.AwaitSignal, gate, site, timeout, token);
        if (passed)
        {
            gate.PassBy(thread);
        }

        return passed;
    }

    private static void RequireUsable(ControlledThread thread, ManualResetEventSlim self, CancellationToken token, int site)
    {
        thread.StepLook(Of(thread, self), site, token.CanBeCanceled);
        ObjectDisposedException.ThrowIf(IsDisposed(self), self);
        token.ThrowIfCancellationRequested();
    }

    [UnsafeAccessor(UnsafeAccessorKind.Method, Name = "get_IsDisposed")]
    private static extern bool IsDisposed(ManualResetEventSlim self);
}
