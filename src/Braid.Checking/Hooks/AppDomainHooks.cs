using Braid.Checking.Engine;

namespace Braid.Checking.Hooks;

/// <summary>The end of the process is none of a run's: what the program wants to do then is forgotten with the run.</summary>
[Hooks(typeof(AppDomain), Allowed = ["*"])]
internal static class AppDomainHooks
{
    public static void add_ProcessExit(AppDomain self, EventHandler? value, int site)
    {
        if (ControlledThread.Current is null)
        {
            self.ProcessExit += value;
        }
    }

    public static void add_DomainUnload(AppDomain self, EventHandler? value, int site)
    {
        if (ControlledThread.Current is null)
        {
            self.DomainUnload += value;
        }
    }

    public static void add_UnhandledException(AppDomain self, UnhandledExceptionEventHandler? value, int site)
    {
        if (ControlledThread.Current is null)
        {
            self.UnhandledException += value;
        }
    }

    public static void add_FirstChanceException(AppDomain self, EventHandler<System.Runtime.ExceptionServices.FirstChanceExceptionEventArgs>? value, int site)
    {
        if (ControlledThread.Current is null)
        {
            self.FirstChanceException += value;
        }
    }
}
