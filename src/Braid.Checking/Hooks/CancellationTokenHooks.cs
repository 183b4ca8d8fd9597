using System.Runtime.CompilerServices;
using Braid.Checking.Engine;

namespace Braid.Checking.Hooks;

/// <summary>CancellationToken. Its wait handle is a native one, and is refused.</summary>
[Hooks(typeof(CancellationToken), Allowed =
[
    ".ctor", "get_None", "get_CanBeCanceled", "Equals", "GetHashCode", "op_Equality", "op_Inequality", "ToString",
])]
internal static class CancellationTokenHooks
{
    public static bool get_IsCancellationRequested(ref CancellationToken self, ControlledThread thread, int site)
    {
        TokenSource.Of(thread, ref self)?.Check(thread, site);
        return self.IsCancellationRequested;
    }

    public static void ThrowIfCancellationRequested(ref CancellationToken self, ControlledThread thread, int site)
    {
        TokenSource.Of(thread, ref self)?.Check(thread, site);
        self.ThrowIfCancellationRequested();
    }

    public static CancellationTokenRegistration Register(
        ref CancellationToken self, Action callback, [Default] bool useSynchronizationContext, ControlledThread thread, int site) =>
        Add(thread, ref self, callback, callback, useSynchronizationContext, site);

    public static CancellationTokenRegistration Register(
        ref CancellationToken self, Action<object?> callback, object? state, [Default] bool useSynchronizationContext,
        ControlledThread thread, int site) =>
        Add(thread, ref self, callback, () => callback(state), useSynchronizationContext, site);

    public static CancellationTokenRegistration Register(
        ref CancellationToken self, Action<object?, CancellationToken> callback, object? state, ControlledThread thread, int site) =>
        Add(thread, ref self, callback, With(self, callback, state), useSynchronizationContext: false, site);

    public static CancellationTokenRegistration UnsafeRegister(
        ref CancellationToken self, Action<object?> callback, object? state, ControlledThread thread, int site) =>
        Add(thread, ref self, callback, () => callback(state), useSynchronizationContext: null, site);

    public static CancellationTokenRegistration UnsafeRegister(
        ref CancellationToken self, Action<object?, CancellationToken> callback, object? state, ControlledThread thread, int site) =>
        Add(thread, ref self, callback, With(self, callback, state), useSynchronizationContext: null, site);

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "_source")]
    internal static extern ref CancellationTokenSource? SourceOf(ref CancellationToken token);

    private static Action With(CancellationToken token, Action<object?, CancellationToken> callback, object? state) =>
        () => callback(state, token);

    /// <param name="thread">The thread that registers the callback.</param>
    /// <param name="token">The token.</param>
    /// <param name="callback">The program's own callback.</param>
    /// <param name="call">Calls it.</param>
    /// <param name="useSynchronizationContext">Null for a registration with which the execution context does not flow.</param>
    /// <param name="site">The site of the registration.</param>
    private static CancellationTokenRegistration Add(
        ControlledThread thread, ref CancellationToken token, Delegate callback, Action call, bool? useSynchronizationContext, int site)
    {
        ArgumentNullException.ThrowIfNull(callback);
        if (TokenSource.Of(thread, ref token) is not { } source)
        {
            return default;
        }

        thread.Step(OperationKind.Update, source, site);
        source.LearnBy(thread);
        var run = new CallbackRun { Id = ++thread.Execution.NextResourceId };
        var known = new VectorClock();
        known.Join(thread.Clock);
        thread.Clock.Tick(thread.Index);
        void Run() => run.Run(known, call);
        CancellationTokenRegistration registration = useSynchronizationContext is { } use
            ? token.Register(Run, use)
            : token.UnsafeRegister(static run => ((Action)run!)(), (Action)Run);
        source.Add(registration, run);
        return registration;
    }
}
