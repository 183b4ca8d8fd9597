using Autofac;
using Microsoft.Extensions.DependencyInjection;

namespace LibraryUse;

/// <summary>Containers of objects that are made once.</summary>
public static class Containers
{
    public static void Service_provider_makes_a_singleton_once()
    {
        var services = new ServiceCollection();
        services.AddSingleton<Clock>();
        services.AddScoped<Session>();
        using ServiceProvider provider = services.BuildServiceProvider();
        var seen = new Clock?[2];
        Two.Do(me =>
        {
            using IServiceScope scope = provider.CreateScope();
            seen[me] = scope.ServiceProvider.GetRequiredService<Session>().Clock;
        });
        Require.That(seen[0] is not null && ReferenceEquals(seen[0], seen[1]), "both sessions have the same clock");
    }

    public static void Autofac_makes_a_single_instance_once()
    {
        var builder = new ContainerBuilder();
        builder.RegisterType<Clock>().SingleInstance();
        builder.RegisterType<Session>().InstancePerLifetimeScope();
        using IContainer container = builder.Build();
        var seen = new Clock?[2];
        Two.Do(me =>
        {
            using ILifetimeScope scope = container.BeginLifetimeScope();
            seen[me] = scope.Resolve<Session>().Clock;
        });
        Require.That(seen[0] is not null && ReferenceEquals(seen[0], seen[1]), "both sessions have the same clock");
    }

    /// <summary>The constructors of what it makes are switched out while the container holds its locks.</summary>
    public static void Service_provider_makes_a_singleton_that_takes_its_time()
    {
        var services = new ServiceCollection();
        services.AddSingleton<Pool>();
        using ServiceProvider provider = services.BuildServiceProvider();
        var seen = new Pool?[2];
        Two.Do(me => seen[me] = provider.GetRequiredService<Pool>());
        Require.That(ReferenceEquals(seen[0], seen[1]), "both have the same pool");
        Require.That(seen[0] is { IsOpen: true }, "the pool is open");
    }

    /// <summary>As the other, with the code that the container writes for what has been asked for twice: that takes the lock of the scope by itself.</summary>
    public static void Service_provider_with_code_of_its_own_makes_what_takes_its_time_once_in_a_scope()
    {
        var services = new ServiceCollection();
        services.AddScoped<Pool>();
        using ServiceProvider provider = services.BuildServiceProvider();
        for (int i = 0; i < 3; i++)
        {
            using IServiceScope earlier = provider.CreateScope();
            earlier.ServiceProvider.GetRequiredService<Pool>();
            Thread.Sleep(TimeSpan.FromSeconds(1));
        }

        using IServiceScope scope = provider.CreateScope();
        var seen = new Pool?[2];
        Two.Do(me => seen[me] = scope.ServiceProvider.GetRequiredService<Pool>());
        Require.That(ReferenceEquals(seen[0], seen[1]), "both have the same pool");
        Require.That(seen[0] is { IsOpen: true }, "the pool is open");
    }

    public static void Autofac_makes_a_single_instance_that_takes_its_time()
    {
        var builder = new ContainerBuilder();
        builder.RegisterType<Pool>().SingleInstance();
        using IContainer container = builder.Build();
        var seen = new Pool?[2];
        Two.Do(me => seen[me] = container.Resolve<Pool>());
        Require.That(ReferenceEquals(seen[0], seen[1]), "both have the same pool");
        Require.That(seen[0] is { IsOpen: true }, "the pool is open");
    }

    /// <summary>Its constructor does steps, and waits for a thread.</summary>
    public sealed class Pool
    {
        private readonly object _gate = new();
        private bool _isOpen;

        public Pool()
        {
            var opener = new Thread(() =>
            {
                lock (_gate)
                {
                    _isOpen = true;
                }
            });
            opener.Start();
            opener.Join();
            Thread.Sleep(10);
        }

        public bool IsOpen
        {
            get
            {
                lock (_gate)
                {
                    return _isOpen;
                }
            }
        }
    }

    public sealed class Clock;

    public sealed class Session(Clock clock)
    {
        public Clock Clock { get; } = clock;
    }
}
