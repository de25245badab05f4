import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.elasticsearch.Build;
import org.elasticsearch.client.internal.node.NodeClient;
import org.elasticsearch.cluster.metadata.IndexNameExpressionResolver;
import org.elasticsearch.cluster.node.DiscoveryNodes;
import org.elasticsearch.cluster.service.ClusterService;
import org.elasticsearch.common.io.stream.NamedWriteableRegistry;
import org.elasticsearch.common.settings.ClusterSettings;
import org.elasticsearch.common.settings.IndexScopedSettings;
import org.elasticsearch.common.settings.Settings;
import org.elasticsearch.common.settings.SettingsFilter;
import org.elasticsearch.features.NodeFeature;
import org.elasticsearch.index.IndexVersion;
import org.elasticsearch.plugins.ActionPlugin;
import org.elasticsearch.plugins.Plugin;
import org.elasticsearch.rest.BaseRestHandler;
import org.elasticsearch.rest.RestController;
import org.elasticsearch.rest.RestHandler;
import org.elasticsearch.rest.RestRequest;
import org.elasticsearch.rest.RestResponse;
import org.elasticsearch.rest.RestStatus;

/** GET /, which the clients' info() and ping() call: the distribution's own module for it is not published. */
public class LocalRest extends Plugin implements ActionPlugin {
    private ClusterService cluster;

    @Override
    public Collection<?> createComponents(PluginServices services) {
        cluster = services.clusterService();
        return List.of();
    }

    @Override
    public Collection<RestHandler> getRestHandlers(
            Settings settings, NamedWriteableRegistry registry, RestController controller, ClusterSettings clusterSettings,
            IndexScopedSettings indexSettings, SettingsFilter filter, IndexNameExpressionResolver resolver,
            Supplier<DiscoveryNodes> nodes, Predicate<NodeFeature> features) {
        return List.of(new Root());
    }

    private class Root extends BaseRestHandler {
        @Override
        public String getName() {
            return "root";
        }

        @Override
        public List<Route> routes() {
            return List.of(new Route(RestRequest.Method.GET, "/"), new Route(RestRequest.Method.HEAD, "/"));
        }

        @Override
        protected RestChannelConsumer prepareRequest(RestRequest request, NodeClient client) {
            return channel -> channel.sendResponse(new RestResponse(RestStatus.OK, channel.newBuilder().map(root())));
        }
    }

    private Map<String, Object> root() {
        Build build = Build.current();
        Map<String, Object> version = new LinkedHashMap<>();
        version.put("number", build.version());
        version.put("build_flavor", build.flavor());
        version.put("build_hash", build.hash());
        version.put("build_date", build.date());
        version.put("build_snapshot", build.isSnapshot());
        version.put("lucene_version", IndexVersion.current().luceneVersion().toString());
        version.put("minimum_wire_compatibility_version", build.minWireCompatVersion());
        version.put("minimum_index_compatibility_version", build.minIndexCompatVersion());
        Map<String, Object> root = new LinkedHashMap<>();
        root.put("name", cluster.getNodeName());
        root.put("cluster_name", cluster.getClusterName().value());
        root.put("cluster_uuid", cluster.state().metadata().clusterUUID());
        root.put("version", version);
        root.put("tagline", "You Know, for Search");
        return root;
    }
}
