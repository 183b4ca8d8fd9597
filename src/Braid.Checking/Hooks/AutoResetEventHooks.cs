namespace Braid.Checking.Hooks;

/// <summary>What AutoResetEvent does not have from EventWaitHandle.</summary>
[Hooks(typeof(AutoResetEvent))]
internal static class AutoResetEventHooks
{
    public static AutoResetEvent New(bool initialState, int site) => EventWaitHandleHooks.Made(new AutoResetEvent(initialState), initialState, EventResetMode.AutoReset);
}
