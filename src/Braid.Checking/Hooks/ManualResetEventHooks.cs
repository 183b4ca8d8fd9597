namespace Braid.Checking.Hooks;

/// <summary>What ManualResetEvent does not have from EventWaitHandle.</summary>
[Hooks(typeof(ManualResetEvent))]
internal static class ManualResetEventHooks
{
    public static ManualResetEvent New(bool initialState, int site) => EventWaitHandleHooks.Made(new ManualResetEvent(initialState), initialState, EventResetMode.ManualReset);
}
