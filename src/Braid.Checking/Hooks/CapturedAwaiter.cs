using System.Runtime.CompilerServices;

namespace Braid.Checking.Hooks;

/// <summary>
/// Given to the real builder of an async method in place of the program's awaiter: it keeps the action that resumes the method.
/// </summary>
internal struct CapturedAwaiter : ICriticalNotifyCompletion
{
    /// <summary>The action of the boxed state machine.</summary>
    public Action Action { get; private set; }

    public void OnCompleted(Action continuation) => Action = continuation;

    public void UnsafeOnCompleted(Action continuation) => Action = continuation;
}
