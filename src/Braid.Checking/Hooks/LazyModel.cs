using System.Reflection;
using System.Runtime.ExceptionServices;
using Braid.Checking.Engine;

namespace Braid.Checking.Hooks;

/// <summary>A Lazy made under control: it makes its value as .NET does, but waits under the scheduler.</summary>
/// <remarks>
/// The real object gets the value as soon as there is one, through a factory that only returns it. From then on it answers by itself. As in
/// .NET, an exception of the factory is kept and thrown again, but not one of a constructor, nor one under PublicationOnly.
/// </remarks>
internal sealed class LazyModel<T>(Func<T>? factory, LazyThreadSafetyMode mode)
{
    private Func<T>? _factory = factory;
    private readonly bool _constructs = factory is null;
    private ExceptionDispatchInfo? _thrown;
    private T _value = default!;

    /// <summary>Called by the real object once the value is there.</summary>
    public T GetPublished() => _value;

    public T Get(ControlledThread thread, Lazy<T> self, int site)
    {
        LazyResource resource = LazyResource.Of(thread, self);
        if (self.IsValueCreated)
        {
            resource.Check(thread, site);
            return self.Value;
        }

        switch (mode)
        {
            case LazyThreadSafetyMode.ExecutionAndPublication:
                resource.AcquireAndEnterBy(thread, site);
                try
                {
                    return self.IsValueCreated ? self.Value : Publish(self, MakeOnce());
                }
                finally
                {
                    if (!thread.Execution.Ending)
                    {
                        resource.LeaveBy(thread);
                    }
                }

            case LazyThreadSafetyMode.PublicationOnly:
                resource.Check(thread, site);
                T made = _constructs ? Construct() : _factory!();
                thread.Step(OperationKind.Update, resource, site);
                resource.AcquireBy(thread);
                if (!self.IsValueCreated)
                {
                    Publish(self, made);
                    resource.ReleaseBy(thread);
                }

                return self.Value;

            default:
                resource.Check(thread, site);
                T only = MakeOnce();
                thread.Step(OperationKind.Update, resource, site);
                return self.IsValueCreated ? self.Value : Publish(self, only);
        }
    }

    private T Publish(Lazy<T> self, T value)
    {
        _value = value;
        _factory = null;
        return self.Value;
    }

    private T MakeOnce()
    {
        _thrown?.Throw();
        if (_constructs)
        {
            return Construct();
        }

        Func<T> factory = _factory
            ?? throw new InvalidOperationException("ValueFactory attempted to access the Value property of this instance.");
        _factory = null;
        try
        {
            return factory();
        }
        catch (Exception e) when (e is not RunEndedException)
        {
            _thrown = ExceptionDispatchInfo.Capture(e);
            throw;
        }
    }

    private static T Construct()
    {
        try
        {
            return Activator.CreateInstance<T>();
        }
        catch (MissingMethodException)
        {
            throw new MissingMemberException("The lazily-initialized type does not have a public, parameterless constructor.");
        }
        catch (TargetInvocationException e) when (e.InnerException is RunEndedException)
        {
            throw new RunEndedException();
        }
    }
}
