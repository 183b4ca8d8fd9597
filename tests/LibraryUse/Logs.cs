using Microsoft.Extensions.Logging;
using NLog;
using NLog.Config;
using NLog.Targets;
using Serilog;
using Serilog.Core;
using Serilog.Events;

namespace LibraryUse;

/// <summary>Loggers that two threads write to.</summary>
public static class Logs
{
    public static void Serilog_hands_every_event_to_its_sink()
    {
        var sink = new CountingSink();
        using Serilog.Core.Logger log = new LoggerConfiguration().Enrich.WithProperty("Program", "test").WriteTo.Sink(sink).CreateLogger();
        Two.Do(me => log.ForContext("Thread", me).Information("Thread {Number} was here", me));
        Require.That(sink.Count == 2, "both events came");
    }

    public static void NLog_hands_every_event_to_its_target()
    {
        var target = new MemoryTarget { Layout = "${level}: ${message}" };
        var configuration = new LoggingConfiguration();
        configuration.AddRuleForAllLevels(target);
        using var factory = new LogFactory { Configuration = configuration };
        Two.Do(me => factory.GetLogger("shared").Info("Thread {0} was here", me));
        Require.That(target.Logs.Count == 2, "both events came");
    }

    public static void Microsoft_logging_hands_every_event_to_its_provider()
    {
        var provider = new CountingProvider();
        using var factory = new LoggerFactory([provider]);
        Two.Do(me => factory.CreateLogger("shared").LogInformation("Thread {Number} was here", me));
        Require.That(provider.Count == 2, "both events came");
    }

    private sealed class CountingSink : ILogEventSink
    {
        private int _count;

        public int Count => Volatile.Read(ref _count);

        public void Emit(LogEvent logEvent) => Interlocked.Increment(ref _count);
    }

    private sealed class CountingProvider : ILoggerProvider, Microsoft.Extensions.Logging.ILogger
    {
        private int _count;

        public int Count => Volatile.Read(ref _count);

        public Microsoft.Extensions.Logging.ILogger CreateLogger(string categoryName) => this;

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(Microsoft.Extensions.Logging.LogLevel logLevel) => true;

        public void Log<TState>(Microsoft.Extensions.Logging.LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) => Interlocked.Increment(ref _count);

        public void Dispose()
        {
        }
    }
}
