using System.Net.NetworkInformation;
using System.Runtime.InteropServices;
using System.Runtime.Loader;

namespace Braid.Checking.Hooks;

/// <summary>
/// The end of the process and events elsewhere in it do not belong to a run, so the handlers that a program adds for them are dropped.
/// </summary>
/// <remarks>
/// They are dropped outside of control too, where static constructors are run again: the handler would be code of a run, called after it,
/// by a thread of .NET, when the run's static fields have been reset. It would wait for threads that never existed, and the process would
/// not end; or it would throw, and the process would end at once.
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

    public static void add_FirstChanceException(
        AppDomain self, EventHandler<System.Runtime.ExceptionServices.FirstChanceExceptionEventArgs>? value, int site)
    {
    }
}

/// <inheritdoc cref="AppDomainHooks"/>
[Hooks(typeof(AssemblyLoadContext), Allowed = ["*"])]
internal static class AssemblyLoadContextHooks
{
    public static void add_Unloading(AssemblyLoadContext self, Action<AssemblyLoadContext>? value, int site) =>
        _ = self.IsCollectible;   // throws what .NET throws without an object
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

/// <summary>Signals are sent to the process and not to a run: the registration is real, and calls nothing.</summary>
[Hooks(typeof(PosixSignalRegistration), Allowed = ["*"])]
internal static class PosixSignalRegistrationHooks
{
    public static PosixSignalRegistration Create(PosixSignal signal, Action<PosixSignalContext> handler, int site) =>
        PosixSignalRegistration.Create(signal, handler is null ? null! : static _ => { });
}
