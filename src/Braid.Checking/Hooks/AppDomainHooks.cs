namespace Braid.Checking.Hooks;

/// <summary>The end of the process, and what happens elsewhere in it, is none of a run's: what the program wants to do then is forgotten.</summary>
/// <remarks>
/// Outside of control too, where static constructors are run again: the handler would be code of a run, called at the end of the process for
/// what only runs have seen. It would wait for threads that were never there, and the process would not end.
/// </remarks>
[Hooks(typeof(AppDomain), Allowed = ["*"])]
internal static class AppDomainHooks
{
    public static void add_ProcessExit(AppDomain self, EventHandler? value, int site)
    {
    }

    public static void add_DomainUnload(AppDomain self, EventHandler? value, int site)
    {
    }

    public static void add_UnhandledException(AppDomain self, UnhandledExceptionEventHandler? value, int site)
    {
    }

    public static void add_FirstChanceException(AppDomain self, EventHandler<System.Runtime.ExceptionServices.FirstChanceExceptionEventArgs>? value, int site)
    {
    }
}
