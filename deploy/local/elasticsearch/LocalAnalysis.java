import java.util.HashMap;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.apache.lucene.analysis.Analyzer;
import org.apache.lucene.analysis.CharArraySet;
import org.apache.lucene.analysis.TokenStream;
import org.apache.lucene.analysis.compound.DictionaryCompoundWordTokenFilter;
import org.apache.lucene.analysis.de.GermanAnalyzer;
import org.apache.lucene.analysis.en.EnglishAnalyzer;
import org.apache.lucene.analysis.miscellaneous.WordDelimiterGraphFilter;
import org.apache.lucene.analysis.miscellaneous.WordDelimiterIterator;
import org.elasticsearch.common.settings.Settings;
import org.elasticsearch.index.analysis.Analysis;
import org.elasticsearch.index.analysis.AnalyzerProvider;
import org.elasticsearch.index.analysis.AnalyzerScope;
import org.elasticsearch.index.analysis.NormalizingTokenFilterFactory;
import org.elasticsearch.index.analysis.TokenFilterFactory;
import org.elasticsearch.index.analysis.TokenizerFactory;
import org.elasticsearch.indices.analysis.AnalysisModule.AnalysisProvider;
import org.elasticsearch.plugins.AnalysisPlugin;
import org.elasticsearch.plugins.Plugin;

/** The part of the distribution's analysis-common module that Trackline's indices use, under its names; that module is not published. */
public class LocalAnalysis extends Plugin implements AnalysisPlugin {
    private static final Map<String, String> STEMMERS = Map.of(
        "english", "porterStem", "light_english", "kStem", "minimal_english", "englishMinimalStem",
        "possessive_english", "englishPossessive", "light_german", "germanLightStem", "minimal_german", "germanMinimalStem");

    @Override
    public Map<String, AnalysisProvider<AnalyzerProvider<? extends Analyzer>>> getAnalyzers() {
        return Map.of(
            "english", (index, env, name, s) -> new Ready(name, new EnglishAnalyzer(
                Analysis.parseStopWords(env, s, EnglishAnalyzer.getDefaultStopSet()), Analysis.parseStemExclusion(s, CharArraySet.EMPTY_SET))),
            "german", (index, env, name, s) -> new Ready(name, new GermanAnalyzer(
                Analysis.parseStopWords(env, s, GermanAnalyzer.getDefaultStopSet()), Analysis.parseStemExclusion(s, CharArraySet.EMPTY_SET))));
    }

    @Override
    public Map<String, AnalysisProvider<TokenFilterFactory>> getTokenFilters() {
        return Map.of(
            "asciifolding", (index, env, name, s) -> new Folding(name, lucene("asciiFolding", s, Map.of("preserve_original", "preserveOriginal"))),
            "german_normalization", (index, env, name, s) -> new Folding(name, lucene("germanNormalization", s, Map.of())),
            "word_delimiter_graph", (index, env, name, s) -> new Filter(name, in -> new WordDelimiterGraphFilter(
                in, true, WordDelimiterIterator.DEFAULT_WORD_DELIM_TABLE, delimiters(s), null)),
            "dictionary_decompounder", (index, env, name, s) -> decompounder(name, s),
            "edge_ngram", (index, env, name, s) -> new Filter(name, lucene("edgeNGram", grams(s),
                Map.of("min_gram", "minGramSize", "max_gram", "maxGramSize", "preserve_original", "preserveOriginal"))),
            "stemmer", (index, env, name, s) -> new Filter(name, lucene(stemmer(s.get("language", s.get("name", "english"))), s, Map.of())));
    }

    @Override
    public Map<String, AnalysisProvider<TokenizerFactory>> getTokenizers() {
        return Map.of("keyword", (index, env, name, s) -> TokenizerFactory.newFactory(name, org.apache.lucene.analysis.core.KeywordTokenizer::new),
            "whitespace", (index, env, name, s) -> TokenizerFactory.newFactory(name, org.apache.lucene.analysis.core.WhitespaceTokenizer::new));
    }

    private static int delimiters(Settings s) {
        int standard = WordDelimiterGraphFilter.GENERATE_WORD_PARTS | WordDelimiterGraphFilter.GENERATE_NUMBER_PARTS
            | WordDelimiterGraphFilter.SPLIT_ON_CASE_CHANGE | WordDelimiterGraphFilter.SPLIT_ON_NUMERICS
            | WordDelimiterGraphFilter.STEM_ENGLISH_POSSESSIVE;
        return s.getAsBoolean("catenate_all", false) ? standard | WordDelimiterGraphFilter.CATENATE_ALL : standard;
    }

    private static TokenFilterFactory decompounder(String name, Settings s) {
        CharArraySet words = new CharArraySet(s.getAsList("word_list"), false);
        return new Filter(name, in -> new DictionaryCompoundWordTokenFilter(
            in, words, s.getAsInt("min_word_size", 5), s.getAsInt("min_subword_size", 2), s.getAsInt("max_subword_size", 15),
            s.getAsBoolean("only_longest_match", false)));
    }

    private static Settings grams(Settings given) {
        return Settings.builder().put("min_gram", 1).put("max_gram", 2).put(given).build();
    }

    private static String stemmer(String language) {
        if (STEMMERS.containsKey(language)) return STEMMERS.get(language);
        throw new IllegalArgumentException("no such stemmer here: " + language + ", only " + STEMMERS.keySet());
    }

    private static org.apache.lucene.analysis.TokenFilterFactory lucene(String factory, Settings s, Map<String, String> names) {
        Map<String, String> parameters = new HashMap<>();
        names.forEach((ours, lucenes) -> {
            if (s.hasValue(ours)) parameters.put(lucenes, s.get(ours));
        });
        return org.apache.lucene.analysis.TokenFilterFactory.forName(factory, parameters);
    }

    private record Ready(String name, Analyzer get) implements AnalyzerProvider<Analyzer> {
        @Override public AnalyzerScope scope() { return AnalyzerScope.INDEX; }
    }

    private record Filter(String name, UnaryOperator<TokenStream> filter) implements TokenFilterFactory {
        private Filter(String name, org.apache.lucene.analysis.TokenFilterFactory lucene) {
            this(name, lucene::create);
        }

        @Override public TokenStream create(TokenStream in) { return filter.apply(in); }
    }

    /** A filter that only folds characters may be part of a normalizer. */
    private record Folding(String name, org.apache.lucene.analysis.TokenFilterFactory lucene) implements NormalizingTokenFilterFactory {
        @Override public TokenStream create(TokenStream in) { return lucene.create(in); }
        @Override public TokenStream normalize(TokenStream in) { return lucene.normalize(in); }
    }
}
