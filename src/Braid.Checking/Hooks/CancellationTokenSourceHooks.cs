using System.Reflection;
using System.Runtime.CompilerServices;
using Braid.Checking.Engine;

namespace Braid.Checking.Hooks;

/// <summary>CancellationTokenSource: see <see cref="TokenSource"/>.</summary>
[Hooks(typeof(CancellationTokenSource))]
internal static class CancellationTokenSourceHooks
{
    // Null if nothing was ever registered.
    private static readonly FieldInfo s_registrations =
        typeof(CancellationTokenSource).GetField("_registrations", BindingFlags.Instance | BindingFlags.NonPublic)!;

    public static CancellationTokenSource New(ControlledThread thread, int site) => new();

    public static CancellationTokenSource New(Delay delay, ControlledThread thread, int site)
    {
        if (delay.TimerTicks == 0)
        {
            // It is cancelled from the start, without a timer.
            return new CancellationTokenSource(0);
        }

        var source = new CancellationTokenSource();
        TokenSource.Of(thread, source).CancelAfter(thread, source, delay, site);
        return source;
    }

    public static CancellationTokenSource New(TimeSpan delay, TimeProvider timeProvider, ControlledThread thread, int site)
    {
        ArgumentNullException.ThrowIfNull(timeProvider);
        var due = Delay.From(delay);
        if (timeProvider == TimeProvider.System || due.TimerTicks == 0)
        {
            return New(due, thread, site);
        }

        var source = new CancellationTokenSource();
        TokenSource.Of(thread, source).SetTimer(thread, source, timeProvider, delay, site);
        return source;
    }

    public static CancellationToken get_Token(CancellationTokenSource self, ControlledThread thread, int site)
    {
        thread.StepCheck(TokenSource.Of(thread, self), site);
        return self.Token;
    }

    public static bool get_IsCancellationRequested(CancellationTokenSource self, ControlledThread thread, int site)
    {
        TokenSource.Of(thread, self).Check(thread, site);
        return self.IsCancellationRequested;
    }

    /// <summary>Whether all callbacks have returned. Private; libraries that reuse a registration's object ask for it.</summary>
    public static bool get_IsCancellationCompleted(CancellationTokenSource self, ControlledThread thread, int site)
    {
        TokenSource.Of(thread, self).Check(thread, site);
        return IsCancellationCompleted(self);
    }

    public static void Cancel(CancellationTokenSource self, [Default] bool throwOnFirstException, ControlledThread thread, int site)
    {
        TokenSource source = TokenSource.Of(thread, self);
        source.Cancelling(thread, site);
        source.Close(thread, site);
        try
        {
            self.Cancel(throwOnFirstException);
        }
        catch (AggregateException) when (thread.Execution.Ending)
        {
            // The real source has caught the end of the run, as it catches all exceptions of callbacks.
            throw new RunEndedException();
        }
        finally
        {
            source.Cancelled(thread);
        }

        TaskResource.Drain(thread);
    }

    /// <summary>Cancels the token at once, and runs its callbacks on the pool.</summary>
    public static Task CancelAsync(CancellationTokenSource self, ControlledThread thread, int site)
    {
        TokenSource source = TokenSource.Of(thread, self);
        source.Cancelling(thread, site);
        if (IsDisposed(self))
        {
            return self.CancelAsync();
        }

        source.Close(thread, site);
        if (!TransitionToCancellationRequested(self))
        {
            return Task.CompletedTask;
        }

        if (s_registrations.GetValue(self) is null)
        {
            ExecuteCallbackHandlers(self, throwOnFirstException: false);
            return Task.CompletedTask;
        }

        return TaskHooks.Run(CallBack, CancellationToken.None, thread, site);

        void CallBack()
        {
            try
            {
                ExecuteCallbackHandlers(self, throwOnFirstException: false);
            }
            finally
            {
                source.Cancelled(ControlledThread.Current!);
            }
        }
    }

    /// <summary>Called by the timer of CancelAfter; unlike <see cref="Cancel"/> it accepts a disposed source.</summary>
    internal static void CancelDue(ControlledThread thread, CancellationTokenSource self, int site)
    {
        TokenSource source = TokenSource.Of(thread, self);
        source.Cancelling(thread, site);
        source.Close(thread, site);
        try
        {
            NotifyCancellation(self, throwOnFirstException: false);
        }
        catch (AggregateException) when (thread.Execution.Ending)
        {
            throw new RunEndedException();
        }
        finally
        {
            source.Cancelled(thread);
        }

        TaskResource.Drain(thread);
    }

    public static void CancelAfter(CancellationTokenSource self, Delay delay, ControlledThread thread, int site)
    {
        _ = delay.TimerTicks;    // throws if there is no such delay
        TokenSource known = TokenSource.Of(thread, self);
        thread.Step(OperationKind.Reset, known, site);

        // Throws if the source has been disposed.
        _ = self.Token;
        if (!self.IsCancellationRequested)
        {
            known.CancelAfter(thread, self, delay, site);
        }
    }

    public static bool TryReset(CancellationTokenSource self, ControlledThread thread, int site)
    {
        TokenSource source = TokenSource.Of(thread, self);
        thread.Step(OperationKind.Reset, source, site);
        // Throws if the source has been disposed.
        _ = self.Token;
        return source.TryStopDelay() && self.TryReset();
    }

    public static CancellationTokenSource CreateLinkedTokenSource(CancellationToken token, ControlledThread thread, int site) =>
        Link(thread, CancellationTokenSource.CreateLinkedTokenSource(token), token);

    public static CancellationTokenSource CreateLinkedTokenSource(
        CancellationToken token1, CancellationToken token2, ControlledThread thread, int site) =>
        Link(thread, CancellationTokenSource.CreateLinkedTokenSource(token1, token2), token1, token2);

    public static CancellationTokenSource CreateLinkedTokenSource(CancellationToken[] tokens, ControlledThread thread, int site) =>
        Link(thread, CancellationTokenSource.CreateLinkedTokenSource(tokens), tokens);

    public static CancellationTokenSource CreateLinkedTokenSource(
        ReadOnlySpan<CancellationToken> tokens, ControlledThread thread, int site) =>
        Link(thread, CancellationTokenSource.CreateLinkedTokenSource(tokens), tokens);

    public static void Dispose(CancellationTokenSource self, ControlledThread thread, int site)
    {
        if (!thread.Execution.Ending)
        {
            Disposal.Step(thread, self, site);
            TokenSource.Of(thread, self).Close(thread, site);
            self.Dispose();
        }
    }

    private static CancellationTokenSource Link(
        ControlledThread thread, CancellationTokenSource linked, params ReadOnlySpan<CancellationToken> tokens)
    {
        TokenSource source = TokenSource.Of(thread, linked);
        foreach (CancellationToken token in tokens)
        {
            CancellationToken parent = token;
            if (TokenSource.Of(thread, ref parent) is { } known)
            {
                source.Parents.Add(known);
            }
        }

        return linked;
    }

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "_disposed")]
    private static extern ref bool DisposedField(CancellationTokenSource self);

    private static bool IsDisposed(CancellationTokenSource self) => DisposedField(self);

    [UnsafeAccessor(UnsafeAccessorKind.Method, Name = "get_IsCancellationCompleted")]
    private static extern bool IsCancellationCompleted(CancellationTokenSource self);

    [UnsafeAccessor(UnsafeAccessorKind.Method)]
    private static extern bool TransitionToCancellationRequested(CancellationTokenSource self);

    [UnsafeAccessor(UnsafeAccessorKind.Method)]
    private static extern void ExecuteCallbackHandlers(CancellationTokenSource self, bool throwOnFirstException);

    [UnsafeAccessor(UnsafeAccessorKind.Method)]
    private static extern void NotifyCancellation(CancellationTokenSource self, bool throwOnFirstException);
}
