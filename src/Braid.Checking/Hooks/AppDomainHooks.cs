using System.Net.NetworkInformation;
using System.Runtime.InteropServices;
using System.Runtime.Loader;

namespace Braid.Checking.Hooks;

/// <summary>
/// The end of the process, and what happens elsewhere in it, is none of a run's: what the program wants to do then is forgotten.
/// </summary>
/// <remarks>
/// Outside of control too, where static constructors are run again: the handler would be code of a run, called after it, by a thread of
/// .NET's, when what the run had in its static fields is gone. It would wait for threads that were never there, and the process would not
/// end; or it would throw, and the process would end at once.
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

/// <inheritdoc cref="AppDomainHooks"/>
[Hooks(typeof(AssemblyLoadContext), Allowed = ["*"])]
internal static class AssemblyLoadContextHooks
{
    public static void add_Unloading(AssemblyLoadContext self, Action<AssemblyLoadContext>? value, int site) =>
        _ = self.IsCollectible;   // without an object, what .NET throws
}

/// <inheritdoc cref="AppDomainHooks"/>
[Hooks(typeof(NetworkChange), Allowed = ["*"])]
internal static class NetworkChangeHooks
{
    public static void add_NetworkAddressChanged(NetworkAddressChangedEventHandler? value, int site)
    {
    }

    public static void add_NetworkAvailabilityChanged(NetworkAvailabilityChangedEventHandler? value, int site)
    {
    }
}

/// <summary>Signals come to the process and not to a run: the registration is real, and calls nothing.</summary>
[Hooks(typeof(PosixSignalRegistration), Allowed = ["*"])]
internal static class PosixSignalRegistrationHooks
{
    public static PosixSignalRegistration Create(PosixSignal signal, Action<PosixSignalContext> handler, int site) =>
        PosixSignalRegistration.Create(signal, handler is null ? null! : static _ => { });
}
