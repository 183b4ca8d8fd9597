using System.Runtime.CompilerServices;
using Braid.Checking.Engine;

namespace Braid.Checking.Hooks;

/// <summary>System.Threading.Lock, and the lock statement over one, which ends with the disposal of a scope.</summary>
[Hooks(typeof(Lock), Allowed = [".ctor"])]
[Hooks(typeof(Lock.Scope))]
internal static class LockHooks
{
    public static void Enter(Lock self, ControlledThread thread, int site) => Of(thread, self).AcquireAndEnterBy(thread, site);

    public static Lock.Scope EnterScope(Lock self, ControlledThread thread, int site)
    {
        Enter(self, thread, site);
        Lock.Scope scope = default;
        LockOf(ref scope) = self;
        return scope;
    }

    public static bool TryEnter(Lock self, [Default(0)] Limit timeout, ControlledThread thread, int site) =>
        Of(thread, self).TryEnterBy(thread, timeout.Ticks, site);

    public static void Exit(Lock self, ControlledThread thread, int site)
    {
        if (!thread.Execution.Ending)
        {
            Of(thread, self).ExitBy(thread, site);
        }
    }

    public static void Dispose(ref Lock.Scope self, ControlledThread thread, int site)
    {
        ref Lock? taken = ref LockOf(ref self);
        if (taken is { } held)
        {
            taken = null;
            Exit(held, thread, site);
        }
    }

    public static bool get_IsHeldByCurrentThread(Lock self, ControlledThread thread, int site) => Of(thread, self).Owner == thread;

    /// <summary>The lock that a scope releases; null once it has.</summary>
    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "_lockObj")]
    private static extern ref Lock? LockOf(ref Lock.Scope scope);

    private static LockResource Of(ControlledThread thread, Lock self) =>
        thread.Execution.Resources.Get(self ?? throw new NullReferenceException(), thread.Execution, static _ => new LockResource("lock"));
}
