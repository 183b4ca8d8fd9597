using System.Runtime.ExceptionServices;

namespace Braid.AsyncIO;

/// <summary>A scope that can cancel the running code: the task group, the time limit or the loop's task inside which it runs.</summary>
/// <remarks>
/// <para>
/// In Python a cancellation strikes at whatever a task awaits, so it passes through all scopes on its way. Here it travels by tokens; to
/// reach an inner scope that was not given the outer one's token, each scope is also cancelled by its outer scope, which is found in the
/// execution context, which flows into all code that is called or started.
/// </para>
/// <para>
/// <b>Delivered once.</b> As in Python, a cancellation strikes a task once: at its next await, or, if nothing that it awaits takes the
/// token, at the next scope that begins. After that the task cleans up, and its clean-up may use scopes that are not cancelled. So a scope
/// that begins skips outer scopes that have ended, and those that are cancelled <em>and whose cancellation was delivered to the task</em>.
/// It was delivered when an <see cref="OperationCanceledException"/> with the token of a scope was thrown in the task, wherever the token
/// had been passed; only the runtime sees that, and reports it by <see cref="AppDomain.FirstChanceException"/>. A group that ends with
/// failures hides the cancellation that came from an outer scope; that one strikes again.
/// </para>
/// <para>
/// A <em>flow</em> corresponds to Python's task: the code that begins with the outermost scope, with a task of a group or of a loop. A
/// cancellation that was delivered to one flow was not delivered to the others.
/// </para>
/// </remarks>
internal sealed class CancelScope
{
    private static readonly AsyncLocal<CancelScope?> s_innermost = new();

    private readonly CancellationToken _token;   // never cancelled for an object that only marks the beginning of a flow and is not a scope
    private readonly CancelScope? _parent;
    private readonly CancelScope _flow;                     // the scope with which the flow began
    private readonly CancellationTokenRegistration _byParent;
    private volatile bool _hasEnded;
    private CancelScope[] _delivered = [];   // of a flow: the cancelled scopes whose cancellation was delivered to it; by compare-exchange

    // Orders: _delivered is an immutable array, replaced as a whole by compare-exchange, since branches of one flow may run at once:
    // neither loses what the other has added. A branch that reads the previous array checks its token once more than needed.

    static CancelScope() => AppDomain.CurrentDomain.FirstChanceException += static (_, args) => OnThrown(args);

    private CancelScope(CancelScope? parent, CancelScope? flow, CancellationToken token)
    {
        _parent = parent;
        _flow = flow ?? this;
        _token = token;
    }

    private CancelScope(CancelScope? parent, CancelScope? flow, CancellationTokenSource source)
        : this(parent, flow, source.Token) => _byParent = CancelWith(source, parent?._token ?? CancellationToken.None);

    /// <summary>Whether the outer scope is cancelled, which has cancelled this one too.</summary>
    public bool IsCancelledFromOuter => OuterToken.IsCancellationRequested;

    /// <summary>The token of the outer scope; one that is never cancelled if there is none.</summary>
    public CancellationToken OuterToken => _parent?._token ?? CancellationToken.None;

    /// <summary>
    /// Begins a scope inside the current one, which cancels the source from now on. The calling async method is inside it until it returns
    /// or <see cref="End"/> is called.
    /// </summary>
    public static CancelScope Enter(CancellationTokenSource source)
    {
        CancelScope? innermost = s_innermost.Value;
        return s_innermost.Value = new CancelScope(OuterOf(innermost), innermost?._flow, source);
    }

    /// <summary>
    /// Begins a scope that is inside no other, and a flow, for the calling async method: a task, which its creator's scope must not cancel.
    /// </summary>
    public static void EnterOutermost(CancellationToken token) => s_innermost.Value = new CancelScope(parent: null, flow: null, token);

    /// <summary>Puts the calling async method into this scope, whatever scope its creator is in, and begins a flow.</summary>
    public void EnterHere() => s_innermost.Value = new CancelScope(parent: this, flow: null, CancellationToken.None) { _hasEnded = true };

    /// <summary>Ends the scope: nothing begins inside it any more, and its outer scope does not cancel it.</summary>
    public void End()
    {
        _hasEnded = true;
        _byParent.Unregister();      // does not wait: a callback of the token may wait for the event loop
    }

    /// <summary>
    /// Called when failures leave this scope and hide that outer scopes are cancelled: their cancellations must strike the flow again.
    /// </summary>
    public void HideOuter()
    {
        CancelScope[] delivered = Volatile.Read(ref _flow._delivered);
        while (Interlocked.CompareExchange(ref _flow._delivered, Array.FindAll(delivered, scope => !IsInside(scope)), delivered) is var seen
            && seen != delivered)
        {
            delivered = seen;
        }
    }

    /// <summary>
    /// Called when a cancellation leaves this scope: if outer scopes are cancelled, their cancellation is thereby delivered to the flow
    /// too, whatever the token.
    /// </summary>
    public void DeliverOuter() => _parent?.Deliver(_flow);

    /// <summary>Makes the token cancel the source, until the registration is disposed.</summary>
    public static CancellationTokenRegistration CancelWith(CancellationTokenSource source, CancellationToken token) =>
        token.UnsafeRegister(static source => ((CancellationTokenSource)source!).Cancel(), source);

    /// <summary>The scope that must cancel a scope that begins inside this one.</summary>
    private static CancelScope? OuterOf(CancelScope? innermost)
    {
        CancelScope? scope = innermost;
        while (scope is not null && (scope._hasEnded || innermost!._flow.HasReceived(scope)))
        {
            scope = scope._parent;
        }

        return scope;
    }

    private static void OnThrown(FirstChanceExceptionEventArgs args)
    {
        if (args.Exception is not OperationCanceledException { CancellationToken: { IsCancellationRequested: true } token }
            || s_innermost.Value is not { } innermost)
        {
            return;
        }

        for (CancelScope? scope = innermost; scope is not null; scope = scope._parent)
        {
            if (scope._token == token)
            {
                innermost.Deliver(innermost._flow);
                return;
            }
        }
    }

    /// <summary>One exception delivers all cancellations that have struck so far, as in Python.</summary>
    private void Deliver(CancelScope flow)
    {
        for (CancelScope? scope = this; scope is not null; scope = scope._parent)
        {
            CancelScope[] delivered = Volatile.Read(ref flow._delivered);
            while (scope._token.IsCancellationRequested && !delivered.Contains(scope))
            {
                CancelScope[] seen = Interlocked.CompareExchange(ref flow._delivered, [.. delivered, scope], delivered);
                if (seen == delivered)
                {
                    break;
                }

                delivered = seen;
            }
        }
    }

    private bool IsInside(CancelScope other)
    {
        CancelScope? outer = _parent;
        while (outer is not null && outer != other)
        {
            outer = outer._parent;
        }

        return outer is not null;
    }

    private bool HasReceived(CancelScope scope) => scope._token.IsCancellationRequested && Volatile.Read(ref _delivered).Contains(scope);
}
