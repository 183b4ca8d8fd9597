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

    public sealed class Clock;

    public sealed class Session(Clock clock)
    {
        public Clock Clock { get; } = clock;
    }
}
